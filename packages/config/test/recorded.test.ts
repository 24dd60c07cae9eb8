import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ConfigError, ConfigWriteError, type ConfigWriteRequest, readConfig, writeConfig } from "@codex-ts/config";
import { parseMessage, type RequestMessage } from "@codex-ts/protocol/rpc";
import { describe, expect, it } from "vitest";
import mistakes from "./data/mistakes.json" with { type: "json" };
import writes from "./data/writes.json" with { type: "json" };
import { put, world } from "./helpers.ts";

/** A machine with these files; `<home>`, `<work>` and `<etc>` in what is told stand for its folders. */
function machine(files: Record<string, string | undefined>) {
  const { home, work, system } = world();
  for (const [name, text = ""] of Object.entries(files)) {
    put(path.dirname(home), { [name]: text.replaceAll("<work>", work) });
  }
  const file = (name: string) => path.join(system, name);
  const systemPaths = {
    config: file("config.toml"),
    requirements: file("requirements.toml"),
    managed: file("managed_config.toml"),
  };
  const named = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(home, "<home>").replaceAll(work, "<work>").replaceAll(system, "<etc>"));
  return { home, work, named, options: { codexHome: home, env: {}, systemPaths, processCwd: "/" } };
}

describe("the config API answers a write as the reference program does", () => {
  for (const { files, edits, answer, after } of writes) {
    it(`${JSON.stringify(files)} with ${JSON.stringify(edits)}`, async () => {
      const { home, options, named } = machine(files);
      const outcome = await writeConfig({ edits: edits as never }, options).catch((error: unknown) => {
        if (!(error instanceof ConfigWriteError)) throw error;
        return { code: error.writeCode, error: error.reason };
      });
      expect(named(outcome)).toEqual(answer);
      const file = path.join(home, "config.toml");
      expect(existsSync(file) ? readFileSync(file, "utf8") : null).toBe(after);
    });
  }
});

describe("a number that a double does not tell", () => {
  it("is written as it came", async () => {
    const { home, options } = machine({});
    const text = '{"x":2.0,"y":[1e3,3,9007199254740993,2.5]}';
    const params = `{"edits":[{"keyPath":"zz","value":2.0,"mergeStrategy":"replace"},{"keyPath":"yy","value":${text},"mergeStrategy":"replace"}]}`;
    const message = parseMessage(`{"id":1,"method":"config/batchWrite","params":${params}}`) as RequestMessage;
    const { edits } = message.params as ConfigWriteRequest;
    await writeConfig({ edits, numbers: message.numbers }, options);
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      "zz = 2.0\n\n[yy]\nx = 2.0\ny = [1000.0, 3, 9007199254740993, 2.5]\n",
    );
  });
});

describe("of several mistakes the one is told that the reference program tells", () => {
  for (const { files, error } of mistakes) {
    it(JSON.stringify(files), async () => {
      const { work, options, named } = machine(files);
      const told = await readConfig({ cwd: work }, options).then(
        () => null,
        (failure: ConfigError) => failure.message,
      );
      expect(named(told)).toBe(error);
    });
  }
});
