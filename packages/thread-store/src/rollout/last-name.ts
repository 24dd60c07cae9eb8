import { decodeLine } from "./line.ts";

/** The name that the last naming record among these lines gives, or null. */
export function lastName(text: string): string | null {
  const marker = text.lastIndexOf('"thread_name_updated"');
  if (marker === -1) return null;
  const start = text.lastIndexOf("\n", marker) + 1;
  const end = text.indexOf("\n", marker);
  const line = decodeLine(text.slice(start, end === -1 ? undefined : end));
  const name = line?.item.type === "event_msg" ? line.item.payload["thread_name"] : null;
  return typeof name === "string" ? name : null;
}
