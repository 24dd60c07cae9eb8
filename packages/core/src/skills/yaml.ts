import { parse } from "yaml";

/** Reads one YAML document. In a file of its own, so that it is loaded only where a skill is read. Throws the reader's error. */
export function parseYaml(text: string): unknown {
  return parse(text, { logLevel: "error" });
}
