import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { imageFacts } from "../src/images/format.ts";
import { saveGeneratedImage } from "../src/images/generated.ts";
import { fittingSize, modelImage, UnreadableImage } from "../src/images/model-image.ts";
import { openWorld, type World } from "./harness.ts";
import { ONE_PIXEL_GIF, picture, png } from "./pictures.ts";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

const at = { path: "/x/a.png" };

/** What a data URL holds. */
async function sent(bytes: Uint8Array, options: Parameters<typeof modelImage>[1] = at) {
  const url = await modelImage(bytes, options);
  const [, format = "", base64 = ""] = /^data:image\/(\w+);base64,(.*)$/s.exec(url) ?? [];
  const content = Buffer.from(base64, "base64");
  return { format, content, facts: imageFacts(content) };
}

describe("an image for a model", () => {
  test.each([
    ["png", png(2048, 3)],
    ["jpeg", picture("jpeg", 30, 20)],
    ["webp", picture("webp", 30, 20)],
  ] as const)("that fits keeps its bytes: %s", async (format, bytes) => {
    const { content, ...rest } = await sent(bytes);
    expect(rest.format).toBe(format);
    expect(content.equals(bytes)).toBe(true);
  });

  test.each([
    ["png", png(3000, 20), { width: 2048, height: 14 }],
    ["png", png(20, 3000), { width: 14, height: 2048 }],
    ["jpeg", picture("jpeg", 4096, 8), { width: 2048, height: 4 }],
    ["webp", picture("webp", 2050, 10), { width: 2048, height: 10 }],
  ] as const)("that is too large is made to fit in its own format: %s", async (format, bytes, size) => {
    const { facts } = await sent(bytes);
    expect(facts).toEqual({ format, ...size, whole: true });
  });

  test("goes out at its own size where that is wanted", async () => {
    const bytes = png(3000, 2);
    expect((await sent(bytes, { ...at, ownSize: true })).content.equals(bytes)).toBe(true);
  });

  test("of a GIF is its first picture", async () => {
    expect((await sent(ONE_PIXEL_GIF)).facts).toMatchObject({ format: "png", width: 1, height: 1 });
  });

  test.each([
    ["no image", Buffer.from("text"), "/x/a.png", "image/png"],
    ["a torn one", png(10, 10).subarray(0, 40), "/x/a.jpg", "image/jpeg"],
    ["an empty file", Buffer.alloc(0), "/x/a.txt", "text/plain"],
    ["a head alone", png(10, 10).subarray(0, 20), "/x/noext", "unknown"],
  ])("cannot be made of %s", async (_name, bytes, path, kind) => {
    await expect(modelImage(bytes, { path })).rejects.toEqual(new UnreadableImage(`unsupported image \`${kind}\``));
    // The codec is usable afterwards.
    expect((await sent(ONE_PIXEL_GIF)).format).toBe("png");
  });

  test("is not decoded when it claims to be enormous", async () => {
    const bomb = png(4, 4);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await expect(modelImage(bomb, at)).rejects.toBeInstanceOf(UnreadableImage);
  });

  test("keeps its proportions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 60_000 }), (width, height) => {
        const fitting = fittingSize({ width, height });
        if (fitting === null) return width <= 2048 && height <= 2048;
        const largest = Math.max(fitting.width, fitting.height);
        const scale = largest / Math.max(width, height);
        return (
          largest === 2048 &&
          Math.abs(fitting.width - Math.max(1, width * scale)) <= 0.5 &&
          Math.abs(fitting.height - Math.max(1, height * scale)) <= 0.5
        );
      }),
    );
  });

  test("never fails on the marks of a file in another way than by not knowing it", () => {
    const files = [png(3, 3), picture("jpeg", 3, 3), picture("webp", 3, 3), ONE_PIXEL_GIF];
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(), fc.nat(255), (file, cut, place, byte) => {
        const bytes = Buffer.from(file.subarray(0, cut % (file.length + 1)));
        if (bytes.length > 0) bytes[place % bytes.length] = byte;
        imageFacts(bytes);
      }),
    );
  });
});

test("view_image shows a large image at a size that models take, and at its own where it can", async () => {
  const look = (detail?: string) =>
    functionCall(
      "view_image",
      { path: "wide.png", ...(detail === undefined ? {} : { detail }) },
      `c-${detail ?? "none"}`,
    );
  world = await openWorld([{ items: [look(), look("original"), look("low")] }, "seen"], { model: "gpt-5.4" });
  await writeFile(join(world.cwd, "wide.png"), png(3000, 20));
  const listening = await world.start();
  await listening.turn("look");
  const output = (id: string) =>
    world!.server.requests[1]!.input.find(item => item["call_id"] === id && "output" in item)!["output"];
  const widths = ["c-none", "c-original"].map(id => {
    const [{ image_url: url, detail }] = output(id) as [{ image_url: string; detail: string }];
    return [imageFacts(Buffer.from(url.split(",")[1]!, "base64"))!.width, detail];
  });
  expect(widths).toEqual([
    [2048, "high"],
    [3000, "original"],
  ]);
  expect(output("c-low")).toBe(
    "view_image.detail only supports `original`; omit `detail` for default resized behavior, got `low`",
  );
});

test("an image that the server made is kept as a file, told to the model and shown", async () => {
  const made = (id: string, result: string, more: object = {}) => ({
    type: "image_generation_call",
    id,
    status: "completed",
    result,
    ...more,
  });
  const data = png(2, 2).toString("base64");
  world = await openWorld([
    { items: [made("ig1", data, { revised_prompt: "a cat" }), made("../../out", data), made("ig3", "***"), "drawn"] },
    "next",
  ]);
  const listening = await world.start();
  await listening.turn("draw");
  await listening.turn("next");
  const folder = join(world.home, "generated_images", listening.thread.id);
  expect(await readFile(join(folder, "ig1.png"))).toEqual(png(2, 2));
  expect(await readFile(join(folder, "______out.png"))).toEqual(png(2, 2));
  const completed = listening.events.flatMap(event =>
    event.method === "item/completed" && event.params.item.type === "imageGeneration" ? [event.params.item] : [],
  );
  expect(completed).toEqual([
    {
      type: "imageGeneration",
      id: "ig1",
      status: "completed",
      revisedPrompt: "a cat",
      result: data,
      savedPath: join(folder, "ig1.png"),
    },
    {
      type: "imageGeneration",
      id: "../../out",
      status: "completed",
      revisedPrompt: null,
      result: data,
      savedPath: join(folder, "______out.png"),
    },
    { type: "imageGeneration", id: "ig3", status: "completed", revisedPrompt: null, result: "***" },
  ]);
  const kinds = world.server.requests[1]!.input.map(
    item => `${String(item["type"])} ${String(item["role"] ?? item["id"])}`,
  );
  expect(kinds.slice(3)).toEqual([
    "message developer",
    "image_generation_call ig1",
    "message developer",
    "image_generation_call ../../out",
    "image_generation_call ig3",
    "message assistant",
    "message user",
  ]);
  await world.runtime.shutdown();
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trim().split("\n");
  const ends = lines
    .map(line => (JSON.parse(line) as { payload: { type: string } }).payload)
    .filter(({ type }) => type === "image_generation_end");
  expect(ends[0]).toEqual({
    type: "image_generation_end",
    call_id: "ig1",
    status: "completed",
    revised_prompt: "a cat",
    result: data,
    saved_path: join(folder, "ig1.png"),
  });
  expect(ends).toHaveLength(3);
});

test("an image that cannot be saved is shown all the same", async () => {
  const image = { type: "image_generation_call", id: "ig1", status: "completed", result: "aGk=" };
  world = await openWorld([{ items: [image, "drawn"] }]);
  await writeFile(join(world.home, "generated_images"), "in the way");
  const events = await (await world.start()).turn("draw");
  const warnings = events.flatMap(event => (event.method === "warning" ? [event.params.message] : []));
  expect(warnings).toEqual([
    expect.stringMatching(/^The generated image could not be saved in .*: .* \(os error \d+\)$/),
  ]);
  const item = events.find(event => event.method === "item/completed" && event.params.item.type === "imageGeneration");
  expect(item?.params).toMatchObject({ item: { id: "ig1", result: "aGk=" } });
});

test("what is no base64 is not saved", () => {
  for (const result of ["", "  ", "a", "a===", "aGk", "a-_k"])
    expect(saveGeneratedImage("/nowhere", "x", result)).toBeNull();
});
