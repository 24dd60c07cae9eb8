import { isPayload, list, number, object, type Payload, text } from "./read.ts";

const NOTHING = "Reviewer failed to output a response.";

/** A reviewer's findings as text (spec: app-server, section 8.8). */
export function reviewText(output: Payload | null): string {
  if (output === null) return NOTHING;
  const explanation = (text(output, "overall_explanation") ?? "").trim();
  const findings = list(output, "findings").filter(isPayload);
  const parts = explanation === "" ? [] : [explanation];
  if (findings.length > 0) {
    const title = findings.length === 1 ? "Review comment:" : "Full review comments:";
    parts.push([title, ...findings.map(findingText)].join("\n\n"));
  }
  return parts.length === 0 ? NOTHING : parts.join("\n\n");
}

function findingText(finding: Payload): string {
  const location = object(finding, "code_location");
  const range = object(location, "line_range");
  const where = `${text(location, "absolute_file_path") ?? ""}:${number(range, "start") ?? 0}-${number(range, "end") ?? 0}`;
  const body = (text(finding, "body") ?? "").split("\n").map(line => `  ${line}`);
  return [`- ${text(finding, "title") ?? ""} — ${where}`, ...body].join("\n");
}
