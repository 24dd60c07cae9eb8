import type { FileUpdateChange } from "@codex-ts/protocol";
import { element } from "./dom.ts";

/** A unified diff with coloured lines. */
export function diffView(diff: string): HTMLElement {
  const view = element("pre", { class: "diff" });
  for (const line of diff.replace(/\n$/, "").split("\n")) view.append(element("span", kindOf(line), `${line}\n`));
  return view;
}

function kindOf(line: string): { class?: string } {
  if (line.startsWith("@@")) return { class: "hunk" };
  if (line.startsWith("+") && !line.startsWith("+++")) return { class: "add" };
  if (line.startsWith("-") && !line.startsWith("---")) return { class: "remove" };
  return {};
}

/** One file of a patch. New and deleted files come as their content, changed ones as a diff. */
export function changeView({ path, kind, diff }: FileUpdateChange): HTMLElement {
  const sign = kind.type === "add" ? "+" : "-";
  const lines = kind.type === "update" ? diff : diff.replace(/\n$/, "").replace(/^/gm, sign);
  const target = kind.type === "update" && kind.move_path ? ` → ${kind.move_path}` : "";
  const words = { add: "new", delete: "deleted", update: "changed" };
  return element("div", { class: "change" }, `${words[kind.type]}: ${path}${target}`, diffView(lines));
}
