import { functionCall, type Json } from "@codex-ts-tools/model-server";
import { png } from "./png.ts";
import { prompts, scenario } from "./stage.ts";

const files = {
  "work/wide.png": png(3000, 20),
  "work/high.png": png(20, 3000),
  "work/exact.png": png(2048, 2048),
  "work/broken.png": png(10, 10).subarray(0, 40),
  "work/text.png": "no image",
  "work/notes.txt": "no image",
  "work/noext": "no image",
  "work/one.gif": Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64"),
};

const look = (path: string, more: Json = {}) => functionCall("view_image", { path, ...more }, `c-${path}`);

/** Images of the person, of the model and of the server. */
export const images = [
  scenario(
    "images that the model looks at",
    {
      script: [
        ...[
          "wide.png",
          "high.png",
          "exact.png",
          "one.gif",
          "broken.png",
          "text.png",
          "notes.txt",
          "noext",
          "nope.png",
          ".",
        ].map(path => ({ items: [look(path)] })),
        "seen",
      ],
      files,
    },
    prompts("look"),
  ),
  scenario(
    "images at their own size",
    {
      script: [{ items: [look("wide.png", { detail: "original" }), look("exact.png", { detail: "low" })] }, "seen"],
      files,
      model: "gpt-5.4",
    },
    prompts("look"),
  ),
  scenario(
    "an image at its own size for a model that has none",
    { script: [{ items: [look("wide.png", { detail: "original" })] }, "seen"], files },
    prompts("look"),
  ),
  scenario("images of the person that are too large or broken", { script: ["a", "b"], files }, async drive => {
    const thread = await drive.thread();
    const names = ["wide.png", "high.png", "exact.png", "one.gif", "broken.png", "text.png", "notes.txt", "nope.png"];
    await drive.turn(thread, "", {
      input: names.map(name => ({ type: "localImage", path: `${drive.place.work}/${name}` })),
    });
    await drive.turn(thread, "next");
  }),
  scenario(
    "images that the server makes, as it makes them",
    {
      script: [
        {
          events: [
            { type: "response.created", response: { id: "r" } },
            {
              type: "response.output_item.added",
              item: { type: "image_generation_call", id: "ig1", status: "in_progress", result: "" },
            },
            {
              type: "response.output_item.done",
              item: {
                type: "image_generation_call",
                id: "ig1",
                status: "completed",
                revised_prompt: "a cat",
                result: png(2, 2).toString("base64"),
              },
            },
            {
              type: "response.output_item.done",
              item: { type: "image_generation_call", id: "bad/../id", status: "completed", result: "aGk=" },
            },
            {
              type: "response.output_item.done",
              item: { type: "image_generation_call", id: "ig3", status: "failed", result: "***" },
            },
            { type: "response.completed", response: { id: "r", usage: null } },
          ],
        },
        "b",
      ],
    },
    prompts("draw", "next"),
  ),
];
