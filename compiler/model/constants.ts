import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import { limitNames } from "./places.js";
import { resolve } from "./resolve.js";

/** Value of a limit, where it does not depend on the configuration. */
export function constantOf(device: DeviceSyntax, expression: ExpressionSyntax | undefined): number | undefined {
  if (!expression) return undefined;
  const value = resolve(expression, limitNames(device));
  return typeof value === "number" ? value : undefined;
}
