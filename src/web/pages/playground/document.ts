import { type Field, fieldOf, type Schema } from './field.ts'

/** What the page reads of `/asyncapi.json`. */
export interface Document {
  operations: Record<string, { action: string; summary?: string; reply?: { messages: Reference[] } }>
  components: {
    messages: Record<string, { payload: { properties: { data: Schema } } } | undefined>
    schemas: Record<string, Schema | undefined>
  }
}

interface Reference {
  $ref: string
}

/** A command of the protocol, with the form that its schema asks for. */
export interface Command {
  type: string
  /** One sentence of the document. */
  summary: string
  data: Field
  /** The types of its answers, without `error`; none for a command that has no answer. */
  answers: string[]
}

const answer = /answer\.(\w+)$/

/** The commands of an AsyncAPI document of this server, in its order. */
export function commandsOf({ operations, components }: Document): Command[] {
  return Object.entries(operations)
    .filter(([, { action }]) => action === 'receive')
    .flatMap(([type, { summary = '', reply }]) => {
      const message = components.messages[`command.${type}`]
      if (message === undefined) return []
      const answers = (reply?.messages ?? []).flatMap(({ $ref }) => answer.exec($ref)?.[1] ?? [])
      return [{ type, summary, data: fieldOf(message.payload.properties.data, components.schemas), answers }]
    })
}
