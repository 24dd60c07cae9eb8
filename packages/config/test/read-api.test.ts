import { readConfig, readRequirements } from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

/** A machine, and the options that its files are read with. */
function machine(files: Record<string, string>) {
  const { home, work, system } = world(files);
  const options = {
    codexHome: home,
    env: { HOME: "/home/me" },
    platform: "linux" as const,
    processCwd: work,
    systemPaths: {
      config: `${system}/config.toml`,
      requirements: `${system}/requirements.toml`,
      managed: `${system}/managed_config.toml`,
    },
  };
  return { home, work, system, options };
}

describe("config/read", () => {
  it("leaves the layers out unless they are asked for", async () => {
    const { options, work } = machine({ "home/config.toml": 'model = "m"\n' });
    expect(await readConfig({}, options)).not.toHaveProperty("layers");
    const answer = await readConfig({ cwd: ".", includeLayers: true }, options);
    expect(answer.config["model"]).toBe("m");
    expect(answer.layers?.map(layer => layer.name.type)).toEqual(["user", "system"]);
    expect(work).toBe(options.processCwd);
  });

  it("reads a date without quotes as text where text belongs", async () => {
    const { options } = machine({ "home/config.toml": "model = 2020-01-01\nzz = 2020-01-01\n" });
    const answer = await readConfig({ includeLayers: true }, options);
    expect(answer.config["model"]).toBe("2020-01-01");
    expect(answer.layers?.[0]?.config).toEqual({
      model: "2020-01-01",
      zz: { $__toml_private_datetime: "2020-01-01" },
    });
  });

  it.each([
    [
      "a value of the wrong type, without its place",
      "model_verbosity = 1",
      "invalid configuration: invalid type: unit variant, expected string only\nin `model_verbosity`\n",
    ],
    [
      "a date where none belongs",
      "model_context_window = 1979-05-27 07:32:00.50",
      'invalid configuration: invalid type: string "1979-05-27T07:32:00.5", expected i64\nin `model_context_window`\n',
    ],
    [
      "a name that leads nowhere",
      'profile = "nope"',
      "failed to resolve feature override precedence: config profile `nope` not found",
    ],
    [
      "a file that is named and missing, also where its text would not count",
      'compact_prompt = "p"\nexperimental_compact_prompt_file = "/none/x"',
      "failed to resolve feature override precedence: failed to read experimental compact prompt file /none/x: No such file or directory (os error 2)",
    ],
  ])("words %s", async (_name, toml, message) => {
    const { options } = machine({ "home/config.toml": toml });
    expect((await failure(readConfig({}, options))).message).toBe(message);
    expect((await failure(readConfig({ cwd: "." }, options))).message).toBe(message);
  });

  it("words layers that cannot be read", async () => {
    const { options, home, system } = machine({ "home/config.toml": "x = " });
    expect((await failure(readConfig({}, options))).message).toMatch(
      new RegExp(`^failed to read configuration layers: ${home}/config.toml:1:\\d+: `),
    );
    const required = machine({ "etc/requirements.toml": "x = " });
    expect((await failure(readConfig({}, required.options))).message).toContain(
      `failed to read configuration layers: Error parsing requirements file ${required.system}/requirements.toml`,
    );
    expect(system).not.toBe(required.system);
  });

  it("reads decisions about projects first where a folder is asked about", async () => {
    const { options, home } = machine({ "home/config.toml": "[projects.a]\ntrust_level = 1" });
    expect((await failure(readConfig({ cwd: "." }, options))).message).toBe(
      `failed to read configuration layers: ${home}/config.toml:2:15: wanted string or table`,
    );
    expect((await failure(readConfig({}, options))).message).toBe(
      "invalid configuration: invalid type: unit variant, expected string only\nin `projects.a.trust_level`\n",
    );
  });

  it("does not need a project for the settings without a folder, but for the switches that follow", async () => {
    const files = {
      "home/config.toml": "",
      "work/.git/": "",
      "work/.codex/config.toml": "model = 1",
    };
    const { options, work } = machine(files);
    const trusted = { ...options, cliOverrides: [[`projects`, { [work]: { trust_level: "trusted" } }]] as never };
    expect((await failure(readConfig({}, trusted))).message).toBe(
      `failed to resolve feature override precedence: ${work}/.codex/config.toml:1:9: invalid type: integer \`1\`, expected a string`,
    );
  });

  it("tells without a folder what is on in the process's own, beside the settings of no project", async () => {
    const { options, work } = machine({
      "home/config.toml": "[features]\nmemories = true\n",
      "work/.git/": "",
      "work/.codex/config.toml": "[features]\napps = false\nmemories = false\n",
    });
    const trusted = { ...options, cliOverrides: [[`projects`, { [work]: { trust_level: "trusted" } }]] as never };
    const answer = await readConfig({ includeLayers: true }, trusted);
    expect(answer.config["features"]).toMatchObject({ apps: false, memories: false });
    expect(answer.layers?.map(layer => layer.name.type)).toEqual(["sessionFlags", "user", "system"]);
    expect(answer.origins["features.memories"]?.name.type).toBe("user");
    expect((await readConfig({}, options)).config["features"]).toMatchObject({ apps: true, memories: true });
  });
});

describe("configRequirements/read", () => {
  it("answers although the settings do not load, and shows what only makes it something", async () => {
    const { options } = machine({
      "home/config.toml": "model = 1",
      "etc/requirements.toml": 'guardian_policy_config = "p"\n',
    });
    expect((await readRequirements(options)).requirements).toEqual({
      allowedApprovalPolicies: null,
      allowedApprovalsReviewers: null,
      allowedSandboxModes: null,
      allowedWebSearchModes: null,
      featureRequirements: null,
      hooks: null,
      enforceResidency: null,
      network: null,
    });
    expect(await readRequirements(machine({ "home/config.toml": "model = 1" }).options)).toEqual({
      requirements: null,
    });
  });
});
