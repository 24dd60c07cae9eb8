import type { Expr, Target } from "./ast.ts";
import type { Span } from "./source.ts";
import type { TokenStream } from "./tokens.ts";

/** Reads an expression as something that can be assigned to. */
export function toTarget(expr: Expr, tokens: TokenStream): Target {
  const span: Span = expr.span;
  switch (expr.kind) {
    case "name":
      return { kind: "name", name: expr.name, span };
    case "index":
    case "attribute":
      return { kind: "place", place: expr, span };
    case "list":
    case "tuple":
      return { kind: "sequence", items: expr.items.map(item => toTarget(item, tokens)), span };
    default:
      tokens.complainSoon("left-hand-side of assignment must take the form `a`, `a.b` or `a[b]`", span);
      return { kind: "sequence", items: [], span };
  }
}
