import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import { loadedThread } from "../threads/ids.ts";

/** Realtime conversations. No thread of this server supports them. */
export const handlers: HandlerTable = {
  "thread/realtime/start": refuse,
  "thread/realtime/appendAudio": refuse,
  "thread/realtime/appendText": refuse,
  "thread/realtime/stop": refuse,
  "thread/realtime/listVoices": () => ({
    voices: {
      v1: ["juniper", "maple", "spruce", "ember", "vale", "breeze", "arbor", "sol", "cove"],
      v2: ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"],
      defaultV1: "cove",
      defaultV2: "marin",
    },
  }),
};

/** Who asks for a conversation hears the thread from then on, also when there will be none. */
function refuse({ threadId }: { threadId: string }, { server, connection }: RequestContext): never {
  const hub = loadedThread(server, threadId);
  hub.subscribe(connection);
  throw invalidRequest(`thread ${hub.id} does not support realtime conversation`);
}
