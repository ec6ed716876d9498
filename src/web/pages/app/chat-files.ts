import { NotLoaded } from './parts/not-loaded.ts'
import { keep, kept } from './stored.ts'

const name = 'veza.signed-in'

/** Whether somebody is signed in here, as far as is known before the app runs; enough to have at hand what they will need. */
export const isChatExpected = (): boolean => kept(name) !== null
export const expectChat = (expected: boolean): void => keep(name, expected ? 'yes' : null)

const sheet = 'link[rel=stylesheet][data-of=chat]'

/** Has the browser fetch the files of the chat, which the page names in a template. None of its scripts runs yet. */
export function fetchChat(): void {
  const files = document.querySelector<HTMLTemplateElement>('#chat-files')?.content
  if (files === undefined) return
  files.querySelectorAll<HTMLLinkElement>(sheet).forEach(noteLoaded)
  for (const script of files.querySelectorAll<HTMLLinkElement>('[data-script]')) {
    script.remove()
    fetchAhead(script.href).catch((error: unknown) => error)
  }
  document.head.append(files)
}

/** Into what the browser keeps; whoever imports it meanwhile waits for it there. */
async function fetchAhead(script: string): Promise<void> {
  const answer = await fetch(script)
  await answer.arrayBuffer()
}

/** A browser tells of it once, and whoever wants to know may come later, from another script. */
const noteLoaded = (link: HTMLLinkElement): void =>
  link.addEventListener('load', () => {
    link.dataset['is'] = 'loaded'
  })

/** Resolves once the styles of the chat are there; rejects with NotLoaded. */
export async function styleChat(): Promise<void> {
  fetchChat()
  const link = document.head.querySelector<HTMLLinkElement>(sheet)
  if (link === null) throw new NotLoaded('The page names no styles of the chat.')
  if (link.dataset['is'] === 'loaded') return
  // Whether it was refused or is on its way cannot be told: another one asks again for the first, and shares the second.
  const again = link.cloneNode() as HTMLLinkElement
  noteLoaded(again)
  const loaded = new Promise<void>((done, fail) => {
    again.addEventListener('load', () => done())
    again.addEventListener('error', () => fail(new NotLoaded('The styles of the chat could not be had.')))
  })
  link.replaceWith(again)
  await loaded
}
