/** A reviewer's judgement, as it says it itself and as session files keep it. */
export interface ReviewOutput {
  findings: ReviewFinding[];
  overall_correctness: string;
  overall_explanation: string;
  overall_confidence_score: number;
}

export interface ReviewFinding {
  title: string;
  body: string;
  confidence_score: number;
  priority: number;
  code_location: { absolute_file_path: string; line_range: { start: number; end: number } };
}

type Json = { readonly [name: string]: unknown };

/** The last words of a reviewer, read as JSON; failing that, the outermost `{…}` in them; failing that, they are the explanation. */
export function parseReview(text: string): ReviewOutput {
  const inner = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return (
    fromJson(text) ??
    fromJson(inner) ?? { findings: [], overall_correctness: "", overall_explanation: text, overall_confidence_score: 0 }
  );
}

function fromJson(text: string): ReviewOutput | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isJson(value) || !isList(value["findings"])) return null;
  const findings = value["findings"].map(readFinding);
  if (findings.includes(null)) return null;
  const { overall_correctness: correctness, overall_explanation: explanation } = value;
  const confidence = value["overall_confidence_score"];
  if (typeof correctness !== "string" || typeof explanation !== "string" || typeof confidence !== "number") return null;
  return {
    findings: findings as ReviewFinding[],
    overall_correctness: correctness,
    overall_explanation: explanation,
    overall_confidence_score: confidence,
  };
}

function readFinding(value: unknown): ReviewFinding | null {
  if (!isJson(value)) return null;
  const { title, body, confidence_score: confidence, priority, code_location: location } = value;
  if (typeof title !== "string" || typeof body !== "string") return null;
  if (typeof confidence !== "number" || typeof priority !== "number" || !isJson(location)) return null;
  const { absolute_file_path: path, line_range: range } = location;
  if (typeof path !== "string" || !isJson(range)) return null;
  const { start, end } = range;
  if (typeof start !== "number" || typeof end !== "number") return null;
  return {
    title,
    body,
    confidence_score: confidence,
    priority,
    code_location: { absolute_file_path: path, line_range: { start, end } },
  };
}

/** What is shown of a review that says nothing. */
export const REVIEW_WITHOUT_WORDS = "Reviewer failed to output a response.";

/** A judgement as text: the explanation, then each finding with its place. */
export function renderReview(output: ReviewOutput): string {
  const explanation = output.overall_explanation.trim();
  const parts = explanation === "" ? [] : [explanation];
  if (output.findings.length > 0) {
    const title = output.findings.length === 1 ? "Review comment:" : "Full review comments:";
    parts.push([title, ...output.findings.map(renderFinding)].join("\n\n"));
  }
  return parts.length === 0 ? REVIEW_WITHOUT_WORDS : parts.join("\n\n");
}

function renderFinding({
  title,
  body,
  code_location: { absolute_file_path: path, line_range: range },
}: ReviewFinding): string {
  const lines = body.split("\n").map(line => `  ${line}`);
  return [`- ${title} — ${path}:${range.start}-${range.end}`, ...lines].join("\n");
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
