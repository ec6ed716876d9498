import { useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'

import { useCopy } from './clipboard.ts'
import { FrameRow, type Use } from './frame-row.tsx'
import type { ClientName, Frame, Frames } from './frames.ts'
import { useSay } from './speech.ts'

/** How many frames are on the page at first; more on demand. */
const page = 200

interface Props {
  frames: Frames
  onUse(frame: Frame, use: Use): void
}

/** All frames of both clients, newest last. */
export function Timeline({ frames, onUse }: Props) {
  const say = useSay()
  const title = useId()
  const all = useSyncExternalStore(frames.subscribe, frames.get)
  const [held, setHeld] = useState<readonly Frame[] | null>(null)
  const [type, setType] = useState('')
  const [client, setClient] = useState<ClientName | ''>('')
  const [size, setSize] = useState(page)
  const { copy, said } = useCopy()
  const shown = held ?? all
  const fitting = shown.filter((each) => each.type.includes(type) && (client === '' || each.client === client))
  const visible = fitting.slice(-size)
  const list = useStickyEnd(visible.at(-1)?.key)

  const clear = () => {
    frames.clear()
    setHeld(null)
    setSize(page)
  }
  return (
    <section className="panel timeline" aria-labelledby={title}>
      <h2 id={title}>{say('timeline')}</h2>
      <div className="row">
        <TypeFilter frames={shown} type={type} onChange={setType} />
        <label className="input">
          <span>{say('filter_client')}</span>
          <select value={client} onChange={({ target }) => setClient(target.value as ClientName | '')}>
            <option value="">{say('both')}</option>
            <option value="A">A</option>
            <option value="B">B</option>
          </select>
        </label>
        <button type="button" aria-pressed={held !== null} onClick={() => setHeld(held === null ? all : null)}>
          {say(held === null ? 'pause' : 'resume')}
        </button>
        <button type="button" onClick={clear}>
          {say('clear')}
        </button>
        <button type="button" disabled={fitting.length === 0} onClick={() => copy(fitting.map(lineOf).join('\n'))}>
          {say('copy_all')}
        </button>
      </div>
      <output className="notice">{held === null ? said : say('paused', newerThan(all, held.at(-1)?.key ?? 0))}</output>
      <section className="frames" ref={list} tabIndex={0} aria-label={say('frames')}>
        {fitting.length === 0 && <p className="hint">{say(shown.length === 0 ? 'no_frames' : 'no_match')}</p>}
        {fitting.length > visible.length && (
          <button type="button" className="quiet" onClick={() => setSize(size + page)}>
            {say('show_older')}
          </button>
        )}
        <ol>
          {visible.map((frame) => (
            <FrameRow key={frame.key} frame={frame} onUse={onUse} />
          ))}
        </ol>
      </section>
    </section>
  )
}

function TypeFilter({
  frames,
  type,
  onChange,
}: {
  frames: readonly Frame[]
  type: string
  onChange(type: string): void
}) {
  const say = useSay()
  const id = useId()
  const types = [...new Set(frames.map((each) => each.type))].toSorted()
  return (
    <div className="input">
      <label htmlFor={id}>{say('filter_type')}</label>
      <input
        id={id}
        list={`${id}-types`}
        value={type}
        autoComplete="off"
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={`${id}-types`}>
        {types.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </datalist>
    </div>
  )
}

const lineOf = ({ at, client, direction, text }: Frame) =>
  JSON.stringify({ at: new Date(at).toISOString(), client, direction, text })

const newerThan = (frames: readonly Frame[], key: number) => frames.filter((each) => each.key > key).length

/** Who reads the end sees what comes; who has scrolled up stays there. */
function useStickyEnd(newest: number | undefined) {
  const list = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    const element = list.current
    if (element === null) return
    const look = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24
    }
    element.addEventListener('scroll', look)
    return () => element.removeEventListener('scroll', look)
  }, [])
  useLayoutEffect(() => {
    if (newest !== undefined && isAtEnd.current) list.current?.scrollTo(0, list.current.scrollHeight)
  }, [newest])
  return list
}
