import { beforeAll, describe, expect, it } from "vitest";
import { parseRequirements, requirementsFrom } from "../src/requirements/parse.ts";
import { loadTomlReader } from "../src/toml/parse.ts";
import recorded from "./data/requirement-mistakes.json" with { type: "json" };

beforeAll(loadTomlReader);

const source = { type: "system", file: "/etc/codex/requirements.toml" } as const;

describe("a mistake in requirements.toml is told in the reference program's words, with the line it is in", () => {
  const texts = recorded as unknown as readonly (readonly [text: string, told: string | null])[];
  it.each(texts)("%j", (text, expected) => {
    const told = (): string | null => {
      try {
        const table = parseRequirements(text, source);
        requirementsFrom(table, { source, base: "/etc/codex", home: "/home/me", hostname: "here" });
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(told()).toBe(expected);
  });
});
