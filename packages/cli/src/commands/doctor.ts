import { ConfigError, formatConfigError } from "@codex-ts/config";
import { describeProbe, type DoctorReport, formatDoctorReport, probeSandbox } from "@codex-ts/sandbox";
import { loadPlainConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";

/**
 * `codex-ts doctor`: which sandbox works here, which one each mode gets, and what installs or allows what is missing.
 * @returns 0 when commands can be confined, 3 when no sandbox works
 */
export async function doctorCommand(
  options: { json?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const [probe, settings] = await Promise.all([
    probeSandbox({ path: io.env["PATH"] ?? "", cwd: io.cwd }),
    readSettings(levels, io),
  ]);
  const report = describeProbe(probe, settings);
  report.checks.push(...settings.checks);
  write(io.stdout, options.json ? `${JSON.stringify(report, null, 2)}\n` : formatDoctorReport(report));
  return report.ready ? 0 : 3;
}

/** What of the configuration decides about engines. A broken one is a finding, and no reason to say nothing else. */
async function readSettings(
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<{ legacyLandlock: boolean; checks: DoctorReport["checks"] }> {
  try {
    const { config } = await loadPlainConfig({ cwd: io.cwd, levels }, io);
    return { legacyLandlock: config.features["use_legacy_landlock"] === true, checks: [] };
  } catch (error) {
    if (!(error instanceof CliError || error instanceof ConfigError)) throw error;
    const detail = error instanceof ConfigError ? formatConfigError(error) : error.message;
    const check = { name: "configuration", ok: false, detail, fix: "mend the configuration file" };
    return { legacyLandlock: false, checks: [check] };
  }
}
