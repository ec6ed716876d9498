import type { TSchema } from '@sinclair/typebox'

/** The same schema under a name, which it has in documents. */
export const titled = <T extends TSchema>(schema: T, title: string): T => ({ ...schema, title })
