import { isObject } from "../wire.ts";
import { ask, OssError, type OssServices, rootOf } from "./server.ts";

/** Model of `--oss` with LM Studio when none is named. */
export const LMSTUDIO_DEFAULT_MODEL = "openai/gpt-oss-20b";

/**
 * Makes sure that LM Studio runs and has the model. It downloads only through its own program.
 * @throws {OssError} it does not run, or the model is not there
 */
export async function ensureLmStudioModel(services: OssServices, model: string): Promise<void> {
  const root = rootOf(services.baseUrl);
  const answer = await ask(services, `${root}/v1/models`);
  if (answer === null || !answer.ok) {
    throw new OssError(
      "server_down",
      `No running LM Studio server at ${root}. Install LM Studio from https://lmstudio.ai and run \`lms server start\`.`,
    );
  }
  const json: unknown = await answer.json().catch(() => null);
  const list = isObject(json) && Array.isArray(json.data) ? json.data : [];
  if (list.some((entry: unknown) => isObject(entry) && entry.id === model)) return;
  throw new OssError("pull_failed", `LM Studio does not have \`${model}\`. Download it with \`lms get ${model}\`.`);
}
