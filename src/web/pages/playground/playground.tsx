import { useCallback, useEffect, useMemo, useState } from 'react'

import { createClient } from './client.ts'
import { ClientPanel } from './client-panel.tsx'
import { CommandPanel, type Composition } from './command-panel.tsx'
import { type Command, commandsOf, type Document } from './document.ts'
import { draftOf, exampleDraft, fittedDraft } from './draft.ts'
import { messageOf, type Use, commandFor } from './frame-row.tsx'
import { createFrames, type Frame } from './frames.ts'
import { readLink } from './link.ts'
import type { RestDocument } from './rest-twins.ts'
import { Speech, useSay } from './speech.ts'
import { type Locale, localeOf, sayIn } from './texts.ts'
import { Timeline } from './timeline.tsx'

interface Documents {
  commands: Command[]
  rest: RestDocument
}

/** The page: it reads the documents of the server, and shows what they say. */
export function Playground() {
  const [locale, setLocale] = useState<Locale>(() => localeOf(navigator.languages))
  const [documents, setDocuments] = useState<Documents | { failure: string } | null>(null)
  const say = useMemo(() => sayIn(locale), [locale])
  const speech = useMemo(() => ({ locale, say }), [locale, say])
  useEffect(() => {
    readDocuments().then(setDocuments, (cause: unknown) => setDocuments({ failure: String(cause) }))
  }, [])
  useEffect(() => {
    document.documentElement.lang = locale
    document.title = `Veza Chat: ${say('title')}`
  }, [locale, say])

  return (
    <Speech value={speech}>
      <header className="top">
        <div>
          <h1>{say('title')}</h1>
          <p className="hint">{say('intro')}</p>
        </div>
        <label className="input">
          <span>{say('language')}</span>
          <select value={locale} onChange={({ target }) => setLocale(target.value as Locale)}>
            <option value="en">English</option>
            <option value="fr">Français</option>
          </select>
        </label>
      </header>
      <main>
        {documents === null && <output>{say('loading')}</output>}
        {documents !== null && 'failure' in documents && (
          <div role="alert">
            <p>{say('load_failed', documents.failure)}</p>
            <button type="button" onClick={() => location.reload()}>
              {say('try_again')}
            </button>
          </div>
        )}
        {documents !== null && 'commands' in documents && <Bench {...documents} />}
      </main>
    </Speech>
  )
}

async function readDocuments(): Promise<Documents> {
  const read = async (path: string) => {
    const response = await fetch(path)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as unknown
  }
  const [asyncapi, openapi] = await Promise.all(['/asyncapi.json', '/openapi.json'].map(read))
  return { commands: commandsOf(asyncapi as Document), rest: openapi as RestDocument }
}

/** What the address asks for, else the command that everybody tries first. */
function firstComposition(commands: readonly Command[]): Composition | null {
  const shared = readLink(location.hash)
  const asked = commands.find(({ type }) => type === shared?.type)
  if (shared !== null && asked !== undefined)
    return { command: asked, draft: fittedDraft(asked.data, shared.draft), raw: shared.raw }
  const command = commands.find(({ type }) => type === 'join_room') ?? commands[0]
  return command === undefined ? null : { command, draft: exampleDraft(command.data), raw: null }
}

function Bench({ commands, rest }: Documents) {
  const say = useSay()
  const [frames] = useState(() => createFrames(2000))
  const [clients] = useState(() => [createClient('A', frames), createClient('B', frames)])
  const [composition, setComposition] = useState(() => firstComposition(commands))
  useEffect(() => {
    const follow = () => setComposition(firstComposition(commands))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [commands])

  const choose = useCallback(
    (type: string, data?: object) => {
      const command = commands.find((each) => each.type === type)
      if (command === undefined) return
      const draft = data === undefined ? exampleDraft(command.data) : draftOf(command.data, data)
      setComposition({ command, draft, raw: null })
    },
    [commands],
  )
  const fill = useCallback(
    (frame: Frame, use: Use) => {
      const message = messageOf(frame)
      if (message === null) return
      const { type, data } = commandFor(message, use)
      choose(type, data)
    },
    [choose],
  )
  if (composition === null) return <p role="alert">{say('load_failed', '/asyncapi.json')}</p>
  return (
    <div className="bench">
      {clients.map((client) => (
        <ClientPanel key={client.name} client={client} />
      ))}
      <CommandPanel
        commands={commands}
        composition={composition}
        rest={rest}
        clients={clients}
        frames={frames}
        onChoose={choose}
        onChange={setComposition}
      />
      <Timeline frames={frames} onUse={fill} />
    </div>
  )
}
