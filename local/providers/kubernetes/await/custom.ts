/** The `pulumi.com/waitFor` annotation: conditions and simple JSON paths that the user waits for. */
import { at, isMap, list, text, type Values } from "../../values.ts";
import { parse } from "../paths.ts";
import { type Awaiter, condition } from "./state.ts";

const ANNOTATION = "pulumi.com/waitFor";

/** Whether one expression holds: `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`. */
export function holds(expression: string, object: Values): boolean {
  const [, path, value] = /^jsonpath=\{?\.?([^{}=]+)\}?(?:=(.*))?$/.exec(expression) ?? [];
  if (path !== undefined) {
    if (/[*?@]|\.\./.test(path)) {
      throw new Error(
        `${ANNOTATION}: found "${expression}", which the stand-in lacks; expected a plain path like jsonpath={.status.phase}=Running.`,
      );
    }
    const found = at(object, ...parse(path));
    return value === undefined
      ? found !== undefined
      : found !== undefined && JSON.stringify(found).replace(/^"|"$/g, "") === value;
  }
  const [, type, status = "True"] = /^condition=([^=]+)(?:=(.*))?$/.exec(expression) ?? [];
  if (type === undefined) {
    throw new Error(`${ANNOTATION}: found "${expression}", expected condition=<type> or jsonpath={<path>}[=<value>].`);
  }
  return text(condition(object, type), "status") === status;
}

/** The awaiter for an object that carries the annotation (one expression, or a JSON list of them); undefined without it. */
export function custom(object: Values): Awaiter | undefined {
  const annotation = text(object, "metadata", "annotations", ANNOTATION);
  if (annotation === "") return undefined;
  const expressions = annotation.startsWith("[")
    ? list({ all: JSON.parse(annotation) as string[] }, "all")
    : [annotation];
  return {
    timeout: 600,
    onRead: false,
    state: (live) => {
      const open = expressions.map(String).filter((expression) => !holds(expression, live));
      const conditions = list(live, "status", "conditions").filter(isMap);
      return {
        ready: open.length === 0,
        status: `Waiting for ${open.join(", ")}`,
        problems: [
          ...open.map((expression) => `not yet: ${expression}`),
          ...conditions.map((found) =>
            `${text(found, "type")}=${text(found, "status")} ${text(found, "message")}`.trim(),
          ),
        ],
      };
    },
  };
}
