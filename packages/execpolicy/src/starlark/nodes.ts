import type { Expr } from "./ast.ts";
import { Fault, MAX_TREE_DEPTH } from "./fault.ts";
import type { Token } from "./lexer.ts";

type Shape<T = Expr> = T extends Expr ? Omit<T, "depth"> : never;

/** Makes a node and bounds how deep it is nested. */
export function node(shape: Shape, ...children: readonly (Expr | null)[]): Expr {
  let depth = 1;
  for (const child of children) if (child !== null && child.depth >= depth) depth = child.depth + 1;
  if (depth > MAX_TREE_DEPTH) throw new Fault("Parse error: expressions are nested too deeply", shape.span);
  return withDepth(shape, depth);
}

/** A node without children. */
export function leaf(shape: Shape): Expr {
  return withDepth(shape, 1);
}

/** Completes a node in place: copying every node costs as much as parsing it. */
function withDepth(shape: Shape & { depth?: number }, depth: number): Expr {
  shape.depth = depth;
  return shape as Expr;
}

/** Where an expression begins, with the parentheses around it. */
export function startOf(expr: Expr): number {
  return (expr.outer ?? expr.span).start;
}

/** Where an expression ends, with the parentheses around it. */
export function endOf(expr: Expr): number {
  return (expr.outer ?? expr.span).end;
}

/** The node of an identifier. */
export function nameOf(token: Token): Expr {
  const { text: name } = token;
  return leaf({ kind: "name", name, span: token });
}
