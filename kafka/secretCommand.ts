/**
 * Shell that runs a class of Kafka some of whose arguments hold passwords. They go by a file that Java's launcher reads
 * (`@argfile`) and that is gone afterwards: the arguments of a process can be read by whoever can list processes.
 */
import type { NodePaths } from "./paths.ts";

export interface SecretCommand {
  /** Runs a class: Kafka's kafka-run-class.sh. */
  readonly runClass: string;
  /** The class. */
  readonly main: string;
  /** Arguments without secrets, as words of the shell. */
  readonly words: string;
  /** Arguments that end in a password. */
  readonly secrets: readonly SecretArgument[];
}

export interface SecretArgument {
  readonly option: string;
  /** Text before and after the password. */
  readonly before: string;
  readonly after: string;
  /** File of the nodes' Secret. */
  readonly file: string;
}

/** A compound command of POSIX sh; its status is that of the class. */
export function secretCommand({ runClass, main, words, secrets }: SecretCommand, paths: NodePaths): string {
  const lines = secrets.map(
    ({ option, before, after, file }) =>
      `    printf '"%s"\\n"${before}%s${after}"\\n' '${option}' "$(cat '${paths.secrets}/${file}')"`,
  );
  return `{
  arguments='${paths.rendered}/arguments'
  (umask 077; {
    printf '"%s"\\n' ${main} ${words}
${lines.join("\n")}
  } > "$arguments")
  status=0
  '${runClass}' "@$arguments" || status=$?
  rm -f "$arguments"
  (exit "$status")
}`;
}
