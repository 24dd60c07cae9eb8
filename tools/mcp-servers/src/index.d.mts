import type { IncomingMessage, ServerResponse } from "node:http";

/** What a scripted server does; see `behaviour.mjs`. */
export interface ServerScript {
  name?: string;
  instructions?: string;
  /** Names of built-in tools, or whole tools. Default: `echo`. */
  tools?: (string | Record<string, unknown>)[];
  many?: number;
  capabilities?: Record<string, unknown>;
  initDelayMs?: number;
  listDelayMs?: number;
  initError?: { code: number; message: string; data?: unknown };
  /** Sent in place of what the handshake and the list of tools give. */
  initResult?: unknown;
  listResult?: unknown;
  /** Never answers `initialize`. */
  silent?: boolean;
  pages?: boolean;
  resourcePages?: boolean;
  loopingCursor?: boolean;
  ignoreCancel?: boolean;
  exitAtOnce?: number;
  flood?: boolean;
  /** Does not end when asked to. */
  stubborn?: boolean;
  noise?: string[];
  stderr?: string[];
  /** Where it notes its process id, and what it receives. */
  pidFile?: string;
  logFile?: string;
}

export interface HttpScript extends ServerScript {
  port?: number;
  path?: string;
  token?: string;
  json?: boolean;
  cutCalls?: number;
  loseSessionAfter?: number;
  redirect?: string;
  onRequest?: (request: IncomingMessage, response: ServerResponse, body: unknown) => boolean;
}

export interface HttpServer {
  port: number;
  url: string;
  origin: string;
  requests: { method: string; path: string; headers: Record<string, string | undefined>; body: unknown }[];
  state: { token: string | null; cut: number; left: number };
  forgetSessions(): void;
  close(): Promise<void>;
}

export interface Issuer {
  registrations: unknown[];
  authorizations: Record<string, string>[];
  tokenRequests: Record<string, string>[];
  issued: string[];
  binding: { state: HttpServer["state"] | null };
  onRequest(request: IncomingMessage, response: ServerResponse, body: unknown): boolean;
}

export interface IssuerOptions {
  path?: string;
  wellKnown?: string;
  scopes?: string[];
  expiresIn?: number;
  refuse?: string | ((scope: string) => string | null);
  refuseRefresh?: boolean;
  page?: boolean;
  accessToken?: (count: number) => string;
}

export function startHttpServer(script?: HttpScript): Promise<HttpServer>;
export function issuer(options?: IssuerOptions): Issuer;
export function stdioServer(script?: ServerScript): { command: string; args: string[] };
export function stdioServerToml(name: string, script?: ServerScript, more?: string): string;
