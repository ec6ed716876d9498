import { isRecord, token_place } from './draft.ts'
import { type RestDocument, restTwin } from './rest-twins.ts'
import { concealed } from './secrets.ts'

export const languages = ['JavaScript', 'Go', 'Python', 'curl'] as const
export type Language = (typeof languages)[number]

/** A command as it would be sent, and where. */
export interface Sending {
  /** Such as `https://chat.example.com`. */
  origin: string
  type: string
  data: unknown
  /** Whether the document names an answer to it. */
  is_answered: boolean
  rest: RestDocument
}

/** A program that sends the command and shows the answer, with the token from the variable VEZA_TOKEN; null for curl when REST has nothing like it. */
export function snippet(language: Language, given: Sending): string | null {
  const sending = { ...given, data: concealed(given.data) }
  switch (language) {
    case 'JavaScript':
      return javascript(sending)
    case 'Go':
      return go(sending)
    case 'Python':
      return python(sending)
    default:
      return curl(sending)
  }
}

const json = (value: unknown) => JSON.stringify(value, null, 2)

function javascript({ origin, type, data, is_answered }: Sending): string {
  const ask = `chat.command(${JSON.stringify(type)}, ${json(data)})`
  // Connecting and leaving are what the library does by itself.
  const middle =
    type === 'authenticate' ? ['console.log(chat.me.get())']
    : type === 'disconnect' ? []
    : [is_answered ? `console.log(await ${ask})` : `await ${ask}`] // prettier-ignore
  return [
    `import { createChat } from 'veza-js-sdk'`,
    '',
    `const chat = createChat({ url: ${JSON.stringify(origin)}, token: process.env.VEZA_TOKEN })`,
    'await chat.connect()',
    ...middle,
    'chat.close()',
    '',
  ].join('\n')
}

/** The frame, with an id to know the answer by; without what the handshake has said. */
const frameOf = ({ type, data }: Sending) => ({ type, id: 1, data })
const socketOf = (origin: string) => `${origin.replace(/^http/, 'ws')}/ws`

function go(sending: Sending): string {
  // Go wants no byte order mark within a file.
  const text = JSON.stringify(frameOf(sending)).replaceAll('\uFEFF', '\\ufeff')
  // A raw string has no escapes, and so no back quote either. JSON's escapes are Go's.
  const literal = text.includes('`') ? JSON.stringify(text) : `\`${text}\``
  const frame = isNaming(sending)
    ? `strings.ReplaceAll(${literal}, "${token_place}", os.Getenv("VEZA_TOKEN"))`
    : literal
  const reading = `
	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			log.Fatal(err)
		}
		var frame struct {
			ID any \`json:"id"\`
		}
		if err := json.Unmarshal(message, &frame); err != nil {
			log.Fatal(err)
		}
		if frame.ID == 1.0 {
			fmt.Println(string(message))
			return
		}
	}
`
  const packages = [
    ...(sending.is_answered ? ['encoding/json', 'fmt'] : []),
    'log',
    'net/http',
    'os',
    ...(isNaming(sending) ? ['strings'] : []),
  ]
  return `package main

import (
${packages.map((name) => `\t"${name}"\n`).join('')}
	"github.com/gorilla/websocket"
)

func main() {
	header := http.Header{"Authorization": {"Bearer " + os.Getenv("VEZA_TOKEN")}}
	conn, _, err := websocket.DefaultDialer.Dial(${JSON.stringify(socketOf(sending.origin))}, header)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	frame := ${frame}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		log.Fatal(err)
	}
${sending.is_answered ? reading.slice(1) : ''}}
`
}

/** Whether the frame itself needs the token. In any other, its place is a text like others. */
const isNaming = ({ type }: Sending) => type === 'authenticate'

function python(sending: Sending): string {
  const reading = `        async for message in socket:
            if json.loads(message).get("id") == 1:
                print(message)
                break
`
  const frame = `frame = ${pythonOf(frameOf(sending))}`
  const named = 'json.dumps(frame)'
  const text = isNaming(sending) ? `${named}.replace("${token_place}", os.environ["VEZA_TOKEN"])` : named
  return `import asyncio
import json
import os

from websockets.asyncio.client import connect

${frame}


async def main():
    headers = {"Authorization": "Bearer " + os.environ["VEZA_TOKEN"]}
    async with connect(${JSON.stringify(socketOf(sending.origin))}, additional_headers=headers) as socket:
        await socket.send(${text})
${sending.is_answered ? reading : ''}

asyncio.run(main())
`
}

/** JSON as Python writes it: a text of JSON is a text of Python. */
function pythonOf(value: unknown, margin = ''): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  const inner = `${margin}    `
  const lines = Array.isArray(value)
    ? value.map((each) => pythonOf(each, inner))
    : isRecord(value)
      ? Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonOf(each, inner)}`)
      : null
  if (lines === null) return JSON.stringify(value)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (lines.length === 0) return open + close
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${margin}${close}`
}

function curl({ origin, type, data, rest }: Sending): string | null {
  const request = restTwin(rest, type, data)
  if (request === null) return null
  const { method, path, body } = request
  const parts = [
    `curl -sS -X ${method} ${quoted(origin + path)}`,
    `-H "Authorization: Bearer ${token_place}"`,
    ...(body === null ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`]),
  ]
  return `${parts.join(' \\\n  ')}\n`
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
