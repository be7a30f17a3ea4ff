/** Types drawn out of the generated schema: which paths know a method, what they take and what they answer. */
import type { paths } from "./schema";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

export type MethodOf<P extends keyof paths> = {
  [M in Method]: paths[P] extends Record<M, object> ? M : never;
}[Method];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type Parameter<O, Place extends string> = O extends { parameters: infer All }
  ? Place extends keyof All
    ? Exclude<All[Place], undefined>
    : never
  : never;

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

type Body<O> = O extends { requestBody?: infer R } ? Json<NonNullable<R>> : never;

type Success = 200 | 201 | 202 | 203;

/** What a successful call of this path answers; `undefined` when it has no body. */
export type Answer<P extends keyof paths, M extends Method = "get"> =
  Operation<P, M> extends { responses: infer R }
    ? [Extract<keyof R, Success>] extends [never]
      ? undefined
      : Json<R[Extract<keyof R, Success>]>
    : never;

type If<T, Shape> = [T] extends [never] ? unknown : Shape;

export type Options<P extends keyof paths, M extends Method> = If<
  Parameter<Operation<P, M>, "path">,
  { path: Parameter<Operation<P, M>, "path"> }
> &
  If<Parameter<Operation<P, M>, "query">, { query?: Parameter<Operation<P, M>, "query"> }> &
  If<Body<Operation<P, M>>, { body: Body<Operation<P, M>> }> & {
    /** A multipart upload, in place of a JSON body. */
    form?: FormData;
    /** Idempotency key of the person's decision, from `actionKey()`. */
    key?: string;
    signal?: AbortSignal;
  };
