// A page that checks a request before it sends it. Bundle it for the browser: nothing in it needs Node.
//   esbuild src/validate-in-browser.ts --bundle --platform=browser --global-name=page
import { DecodeError, decodeClientRequest } from "@codex-ts/protocol";

/** What is wrong with a request, as the server would say it; null when nothing is. */
export function problemOf(method: string, params: unknown): string | null {
  try {
    decodeClientRequest(method, params);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) {
      return error.path.length === 0 ? error.message : `${error.pathText}: ${error.message}`;
    }
    throw error;
  }
}
