/** The deploy library: typed operations on the stacks of the program in this checkout. */
export type { EngineOptions } from "./engine.ts";
export * from "./errors.ts";
export { losesData, whyItMatters } from "./guard.ts";
export * from "./operations.ts";
export type { DeployEvent, Message, Operation, OperationResult, Outputs, Step, UpResult } from "./results.ts";
