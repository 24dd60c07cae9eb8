import { describeProbe, formatDoctorReport, probeSandbox } from "@codex-ts/sandbox";
import { type CommandIo, write } from "../io.ts";

/**
 * `codex-ts doctor`: which sandbox works here, which one each mode gets, and what installs or allows what is missing.
 * @returns 0 when commands can be confined, 3 when no sandbox works
 */
export async function doctorCommand(options: { json?: boolean }, io: CommandIo): Promise<number> {
  const report = describeProbe(await probeSandbox({ path: io.env["PATH"] ?? "", cwd: io.cwd }));
  write(io.stdout, options.json ? `${JSON.stringify(report, null, 2)}\n` : formatDoctorReport(report));
  return report.ready ? 0 : 3;
}
