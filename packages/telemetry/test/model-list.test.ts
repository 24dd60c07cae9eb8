import { describe, expect, it } from "vitest";
import { type ModelListRequest, tellModelList } from "../src/index.ts";
import { FACTS, ListSink } from "./support.ts";

const REQUEST: ModelListRequest = {
  durationMs: 66.4,
  status: 200,
  error: null,
  attempt: 0,
  endpoint: "/models",
  headerAttached: true,
  headerName: "authorization",
  authMode: "Chatgpt",
};
const TELLING = { authEnvironment: FACTS.authEnvironment, parent: null, endedAt: 1_795_213_307_042 };
const TOLD = {
  "event.name": "codex.api_request",
  duration_ms: "66",
  "http.response.status_code": 200,
  success: true,
  attempt: 0,
  endpoint: "/models",
  "auth.header_attached": true,
  "auth.header_name": "authorization",
  "auth.env_openai_api_key_present": false,
  "auth.env_codex_api_key_present": false,
  "auth.env_codex_api_key_enabled": false,
  "auth.env_refresh_token_url_override_present": false,
  "auth.mode": "Chatgpt",
};

describe("a fetch of the list of models", () => {
  it("is told to logs and spans with its login, and without what only a session has", () => {
    const sink = new ListSink();
    tellModelList(sink, REQUEST, TELLING);
    expect(sink.logged).toEqual([TOLD]);
    expect(sink.spanEvents).toEqual([{ name: "codex.api_request", attributes: TOLD }]);
    expect([sink.counted, sink.recorded]).toEqual([[], []]);
  });

  it("is told with what went wrong", () => {
    const sink = new ListSink();
    tellModelList(
      sink,
      { ...REQUEST, status: 401, error: "http 401", attempt: 1, requestId: "r-1", authMode: "ApiKey" },
      TELLING,
    );
    const { "http.response.status_code": _status, ...rest } = TOLD;
    expect(sink.logged).toEqual([
      {
        ...rest,
        "http.response.status_code": 401,
        success: false,
        "error.message": "http 401",
        attempt: 1,
        "auth.request_id": "r-1",
        "auth.mode": "ApiKey",
      },
    ]);
  });

  it("begins no span where nobody hears of spans", () => {
    const sink = new ListSink();
    sink.traces = false;
    sink.startSpan = () => {
      throw new Error("a span");
    };
    tellModelList(sink, REQUEST, TELLING);
    expect(sink.logged).toHaveLength(1);
  });
});
