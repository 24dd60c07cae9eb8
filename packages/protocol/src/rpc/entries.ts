import type { AnySchema, In, Out } from "../wire/index.ts";

export type Stability = "stable" | "experimental";

/** One request method: what is sent, what comes back, and whether it is gated. */
export interface RequestEntry<P extends AnySchema, R extends AnySchema> {
  readonly params: P;
  readonly result: R;
  readonly stability: Stability;
  /** What the connection must have opted in to, as the refusal names it; null for a stable method. */
  readonly reason: string | null;
}

/** One notification method. */
export interface NotificationEntry<P extends AnySchema> {
  readonly params: P;
  readonly stability: Stability;
  readonly reason: string | null;
}

export function request<P extends AnySchema, R extends AnySchema>(params: P, result: R): RequestEntry<P, R> {
  return { params, result, stability: "stable", reason: null };
}

export function experimentalRequest<P extends AnySchema, R extends AnySchema>(
  reason: string,
  params: P,
  result: R,
): RequestEntry<P, R> {
  return { params, result, stability: "experimental", reason };
}

export function notification<P extends AnySchema>(params: P): NotificationEntry<P> {
  return { params, stability: "stable", reason: null };
}

export function experimentalNotification<P extends AnySchema>(reason: string, params: P): NotificationEntry<P> {
  return { params, stability: "experimental", reason };
}

/** The decoded params of an entry. */
export type ParamsOf<E> = E extends { readonly params: infer P } ? Out<P> : never;
/** What the sender of params may leave to defaults. */
export type ParamsInputOf<E> = E extends { readonly params: infer P } ? In<P> : never;
/** The decoded result of a request's entry. */
export type ResultOf<E> = E extends { readonly result: infer R } ? Out<R> : never;
/** What the sender of a result may leave to defaults. */
export type ResultInputOf<E> = E extends { readonly result: infer R } ? In<R> : never;
