import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { defineTool } from "../src/index.ts";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string", description: "Where." }, days: { type: "number" } },
  required: ["city"],
  additionalProperties: false,
};

const weather = { name: "weather", description: "Tells the weather." };
const tools = {
  "zod 4": () =>
    defineTool({
      ...weather,
      input: z.strictObject({ city: z.string().describe("Where."), days: z.number().optional() }),
      run: ({ city, days = 1 }) => `sunny in ${city} for ${days}`,
    }),
  "zod 4 mini": () =>
    defineTool({
      ...weather,
      input: mini.strictObject({
        city: mini.string().check(mini.describe("Where.")),
        days: mini.optional(mini.number()),
      }),
      run: ({ city, days = 1 }) => `sunny in ${city} for ${days}`,
    }),
  "zod 3": () =>
    defineTool({
      ...weather,
      input: z3.object({ city: z3.string().describe("Where."), days: z3.number().optional() }).strict(),
      run: ({ city, days = 1 }) => `sunny in ${city} for ${days}`,
    }),
};

test.each(Object.entries(tools))("a tool with a schema of %s is listed, checked and run", async (_zod, tool) => {
  world = await openWorld([
    {
      items: [
        functionCall("weather", { city: "Bern" }, "c1"),
        functionCall("weather", { city: 1, days: "x" }, "c2"),
        functionCall("weather", "{", "c3"),
        functionCall("weather", "", "c4"),
      ],
    },
    { text: "done" },
  ]);
  const listening = await world.start({ tools: [tool()] });
  await listening.turn("go");
  const [first, second] = world.server.requests.map(({ body }) => body as { tools: { name?: string }[] });
  const listed = first!.tools.find(({ name }) => name === "weather");
  expect(listed).toEqual({ type: "function", ...weather, strict: false, parameters: PARAMETERS });
  const read = outputs(second) as Record<string, string>;
  expect(read["c1"]).toBe("sunny in Bern for 1");
  expect(read["c2"]).toMatch(/^failed to parse function arguments: .*\(at city\); .*\(at days\)$/);
  expect(read["c3"]).toBe("failed to parse function arguments: EOF while parsing an object at line 1 column 1");
  expect(read["c4"]).toMatch(/\(at city\)$/);
});

test("the input of a tool has the type that its schema gives", () => {
  defineTool({
    ...weather,
    input: z3.object({ at: z3.string().transform(text => new Date(text)) }),
    run: ({ at }) => expectTypeOf(at).toEqualTypeOf<Date>(),
  });
  defineTool({
    ...weather,
    input: z.object({ n: z.string().transform(Number) }),
    run: ({ n }) => expectTypeOf(n).toEqualTypeOf<number>(),
  });
});

test("what cannot be a tool is refused when it is defined", async () => {
  const run = () => "";
  const input = z.object({});
  expect(() => defineTool({ name: "a b", description: "", input, run })).toThrow("tool name `a b` must be");
  expect(() => defineTool({ name: "a", description: "", input: z.string(), run })).toThrow(
    "the input of tool `a` must be an object schema",
  );
  expect(() => defineTool({ name: "a", description: "", input: {} as never, run })).toThrow(
    "the input of tool `a` must be a zod 3 or zod 4 schema",
  );
  const late = defineTool({ name: "a", description: "", input: z3.string(), run });
  await expect(late.prepare?.()).rejects.toThrow("the input of tool `a` must be an object schema");
});

test("a tool of one's own takes the place of a built-in one", async () => {
  const plan = defineTool({ name: "update_plan", description: "Mine.", input: z.object({}), run: () => "mine" });
  world = await openWorld([{ items: [functionCall("update_plan", {}, "c1")] }, { text: "done" }]);
  const listening = await world.start({ tools: [plan] });
  await listening.turn("go");
  const { tools: listed } = world.server.requests[0]!.body as { tools: { name?: string; description?: string }[] };
  expect(listed.filter(({ name }) => name === "update_plan").map(({ description }) => description)).toEqual(["Mine."]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("mine");
});
