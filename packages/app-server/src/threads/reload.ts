import type { Config } from "@codex-ts/config";
import type { Thread } from "@codex-ts/core";
import type { AppServer } from "../server.ts";

/** Reads the configuration again for each loaded thread, as its folder has it. */
export async function reloadThreads(server: AppServer, use: (thread: Thread, config: Config) => void): Promise<void> {
  const runtime = await server.runtime();
  await Promise.all(
    server.threads.ids().map(async id => {
      const thread = server.threads.get(id)?.thread;
      if (thread === undefined) return;
      const { cwd } = thread.settings;
      const { config } = await runtime.loadConfig({ cwd, featureEnablement: server.featureEnablement });
      use(thread, config);
    }),
  );
}
