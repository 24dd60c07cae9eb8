import type { ThreadItem } from "@codex-ts/protocol";
import { generatedImagesFolder, saveGeneratedImage } from "../images/generated.ts";
import { generatedImagesNote } from "../prompts/fragments.ts";
import { ioErrorText } from "../tools/io-error.ts";
import type { TurnScope } from "./turn-scope.ts";

type GeneratedImage = Extract<ThreadItem, { type: "imageGeneration" }>;

/** An image that the server made is kept as a file, the model is told where, and the item names the file. */
export function completeGeneratedImage(turn: TurnScope, image: GeneratedImage, started: boolean): void {
  const { id, services } = turn.session;
  const folder = generatedImagesFolder(services.codexHome, id);
  let savedPath: string | null = null;
  try {
    savedPath = saveGeneratedImage(folder, image.id, image.result);
  } catch (error) {
    turn.warn(`The generated image could not be saved in ${folder}: ${ioErrorText(error)}`);
  }
  if (savedPath !== null) {
    const content = [{ type: "input_text" as const, text: generatedImagesNote(folder) }];
    turn.record([{ type: "message", role: "developer", content }]);
  }
  if (!started) turn.itemStarted({ ...image, status: "in_progress", revisedPrompt: null, result: "" });
  turn.itemCompleted(savedPath === null ? image : { ...image, savedPath });
}
