import { systemClock, type StoredTokens } from "@codex-ts/model-provider";
import { startBrowserLogin, startDeviceLogin } from "@codex-ts/model-provider/login";
import { spawn } from "node:child_process";
import { type CommandIo, write } from "./io.ts";

export interface ChatgptLoginOptions {
  /** Another login server than OpenAI's. */
  issuer?: string | undefined;
  /** Only logins of this workspace. */
  workspaceId: string | null;
}

/** Asks for a login in a browser on this machine, and waits for it. Ctrl-C ends the program as always. */
export async function runBrowserLogin(options: ChatgptLoginOptions, io: CommandIo): Promise<StoredTokens> {
  const login = await startBrowserLogin({
    fetch,
    clock: systemClock,
    originator: io.env["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"] || "codex_cli_rs",
    workspaceId: options.workspaceId,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  });
  write(
    io.stderr,
    `Starting local login server on ${callbackOf(login.authUrl)}.\nIf your browser did not open, navigate to this URL to authenticate:\n\n${login.authUrl}\n\nOn a remote or headless machine, use \`codex-ts login --device-auth\` instead.\n`,
  );
  openBrowser(login.authUrl, io);
  return await login.completed;
}

/** Shows a code to type on another device, and waits for it. */
export async function runDeviceLogin(options: ChatgptLoginOptions, io: CommandIo): Promise<StoredTokens> {
  const login = await startDeviceLogin({
    fetch,
    clock: systemClock,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  });
  write(
    io.stderr,
    `To log in with ChatGPT:\n\n1. Open this page in any browser and log in:\n   ${login.verificationUrl}\n\n2. Enter this one-time code (it expires in 15 minutes):\n   ${login.userCode}\n\nNever share the code; whoever has it can act as you.\n`,
  );
  return await login.completed;
}

function callbackOf(authUrl: string): string {
  return new URL(new URL(authUrl).searchParams.get("redirect_uri") ?? "http://localhost").origin;
}

/** Opens a page where there is a desktop to open it on; the printed address serves everybody else. */
export function openBrowser(url: string, io: CommandIo): void {
  const named = io.env["BROWSER"];
  const desktop = process.platform !== "linux" || io.env["DISPLAY"] || io.env["WAYLAND_DISPLAY"] || named;
  if (!desktop || io.stderr.isTTY !== true) return;
  const [command = "", ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : [named || "xdg-open", url];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
