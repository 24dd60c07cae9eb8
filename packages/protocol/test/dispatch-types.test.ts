import { describe, expectTypeOf, it } from "vitest";
import type {
  ClientRequest,
  ClientRequestInput,
  ClientRequestMethod,
  ClientRequestMethodWithoutParams,
  ClientRequestParams,
  ClientRequestResult,
  ServerNotification,
  ServerNotificationMethod,
  ServerRequestMethod,
  ServerRequestReply,
  Thread,
  ThreadStartParams,
  TurnStartedNotification,
} from "../src/index.ts";

describe("the types derived from the tables", () => {
  it("are those of the method", () => {
    expectTypeOf<ClientRequestParams<"thread/start">>().toEqualTypeOf<ThreadStartParams>();
    expectTypeOf<ClientRequestResult<"thread/start">["thread"]>().toEqualTypeOf<Thread>();
    expectTypeOf<
      Extract<ServerNotification, { method: "turn/started" }>["params"]
    >().toEqualTypeOf<TurnStartedNotification>();
    expectTypeOf<Extract<ClientRequest, { method: "turn/start" }>["params"]["threadId"]>().toEqualTypeOf<string>();
  });

  it("let a sender leave out what has a default, and a receiver rely on it", () => {
    expectTypeOf<{ threadId: string }>().toExtend<ClientRequestInput<"thread/read">>();
    expectTypeOf<{ threadId: string }>().not.toExtend<ClientRequestParams<"thread/read">>();
    expectTypeOf<ClientRequestParams<"thread/read">["includeTurns"]>().toEqualTypeOf<boolean>();
    expectTypeOf<{ permissions: object }>().toExtend<ServerRequestReply<"item/permissions/requestApproval">>();
  });

  it("know the methods without params", () => {
    expectTypeOf<ClientRequestMethodWithoutParams>().toEqualTypeOf<
      | "account/logout"
      | "account/rateLimits/read"
      | "config/mcpServer/reload"
      | "configRequirements/read"
      | "memory/reset"
    >();
  });

  it("refuse names that are no methods", () => {
    expectTypeOf<"thread/nope">().not.toExtend<ClientRequestMethod>();
    expectTypeOf<"item/tool/call">().toExtend<ServerRequestMethod>();
    expectTypeOf<"error">().toExtend<ServerNotificationMethod>();
  });
});
