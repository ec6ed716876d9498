import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { Message as ChatMessage, TimelineItem } from 'veza-js-sdk'

import { Icon } from '../Icon.tsx'
import { useLatest } from '../latest.ts'
import { useSettings, useWords } from '../settings.tsx'
import type { MessageActions } from './actions.ts'
import { Announcer } from './Announcer.tsx'
import { createNames } from './names.ts'
import { itemsOf, placeOf } from './rows.ts'
import { Row } from './Row.tsx'
import { ToFirstNew } from './ToFirstNew.tsx'
import { useActive } from './use-active.ts'
import { countNew, lineOf, useLineAbove, useToLine } from './use-new-line.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useWindow, type RowWindow } from './use-window.ts'

export interface ChatMessagesProps {
  /** Oldest first: messages of the server, or items of the SDK's timeline. A new array for each change. */
  messages: readonly (ChatMessage | TimelineItem)[]
  /** The reader; of the provider, if there is one. */
  me?: number | null
  username?: string | undefined
  /** `waiting`: what is to be loaded needs a connection, and there is none. */
  status?: 'idle' | 'loading' | 'waiting' | 'ready' | 'failed'
  hasOlder?: boolean
  hasNewer?: boolean
  /** While true, the page is not asked for again. */
  isLoadingOlder?: boolean
  isLoadingNewer?: boolean
  /** Asked for the pages before and after what is there, whenever one comes near. */
  onOlder?(): unknown
  onNewer?(): unknown
  /** To the newest piece, where `hasNewer`. */
  onNewest?(): unknown
  /** After an unsuccessful load. */
  onRetry?(): unknown
  /** The number of the last message that was read when one came: after it stands the line "new". */
  lastRead?: number | null
  /** How many are new, where that is known: the way to the line says so. Default: those of others that are loaded. */
  newCount?: number
  /** To load the piece with that line, where it is not among the messages; without it nothing leads there then. A promise of a message's id leads to that message, or to the next one that is shown, if the line is not there yet; one of null leads nowhere. */
  onFirstNew?(): unknown
  /** One does not want to be led to the line. */
  onMarkRead?(): unknown
  /** A message to show and to highlight. Another object is another jump. */
  target?: { message_id: number } | null
  /** Another number leads to the end, such as after one has written something. */
  toEnd?: number
  actions?: MessageActions
  /** Address of a person's picture. */
  picture?(user_id: number): string | undefined
  /** Those who replied last to a message. */
  faces?(message_id: number): readonly { user_id: number; username: string }[] | undefined
  /** How many replies in the thread of a message the reader has not seen. */
  newReplies?(message_id: number): number
  /** While one types, new messages are not read out. */
  isTyping?: boolean
  /** Called when one sees the newest message, for the read pointer; with the `lastNumber` then, or its own where that is higher. */
  onSeen?(message: ChatMessage, lastNumber: number): unknown
  /** The number of the newest message of all, which may be a reply, shown in a thread: as it grows, one who is at the end has seen that, too. */
  lastNumber?: number | undefined
  /** Told of the oldest message that is drawn while one is not at the end, and of null once one is: so that whoever keeps the messages keeps what one reads. */
  onLookingFrom?(message_id: number | null): unknown
  /** Below a message's text, such as attachments. Keep its height from the start: give pictures their size. */
  extra?(message: ChatMessage): ReactNode
  label?: string
  /** Instead of the sentence where there is no message. */
  empty?: ReactNode
  /** Instead of the sentence above the very first message; null for nothing. */
  beginning?: ReactNode
}

/** Height of what stands above the oldest message, in pixels; the same whatever it says, and less where it never says anything. */
const full_lead = 56
const no_lead = 8
const none: MessageActions = {}

/** A timeline that stays where one reads. Holds any number of messages: only those around what one sees are in the document. */
export function ChatMessages(props: ChatMessagesProps) {
  const { messages, hasOlder = false, hasNewer = false, lastRead = null, actions = none } = props
  const { words, dates, reader } = useSettings()
  const { me = reader?.id ?? null, username = reader?.username } = props
  const items = useMemo(() => itemsOf(messages), [messages])
  const lead = props.beginning === null && !hasOlder ? no_lead : full_lead
  const { scroller, list, ...rows } = useWindow(items, lead, hasNewer)
  const line = useMemo(() => lineOf(items, lastRead, hasOlder), [items, lastRead, hasOlder])
  const [isLineAbove, doneWithLine] = useLineAbove(line, lastRead, { scroller, list, ...rows })
  const { active, setActive, onPointerLeave } = useActive(scroller)
  const [names] = useState(createNames)
  names.learn(items)
  const highlight = useJump(items, props.target ?? null, rows.show)
  const keys = useRowKeys(items, { scroller, list, ...rows }, actions, me)
  const toLine = useToLine(items, line, props.onFirstNew, keys.goTo)
  useNearEnds(props, rows, items)
  useToEnd(props.toEnd ?? 0, rows.toEnd)
  const missed = useMissed(items, rows.isAtEnd, hasNewer, me)
  const status = props.status ?? 'ready'
  // What is new in threads alone does not follow the line.
  const known = typeof line === 'number' && !hasNewer ? undefined : props.newCount

  const shown = []
  for (let at = rows.start; at < rows.end; at++) {
    const item = items[at]
    if (item === undefined) continue
    const place = placeOf(item, items[at - 1], { dates, me, isNew: at === line })
    shown.push(
      <Row
        key={item.key}
        item={item}
        day={place.day}
        isNew={place.isNew}
        isGrouped={place.isGrouped}
        index={at}
        count={hasOlder || hasNewer ? -1 : items.length}
        me={me}
        username={username}
        actions={actions}
        isActive={active === item.key}
        isFocusable={keys.focusable === item.key}
        isHighlighted={highlight === item.key}
        setActive={setActive}
        picture={props.picture}
        faces={props.faces}
        newReplies={(item.kind === 'message' && props.newReplies?.(item.message.id)) || 0}
        nameOf={names.of}
        extra={props.extra}
      />,
    )
  }

  return (
    <div className="vz-timeline" part="timeline">
      {/* Its rows can be reached by the arrow keys, and the end by the button below. */}
      <div ref={scroller} className="vz-scroller" onPointerLeave={onPointerLeave}>
        <div className="vz-lead" style={{ height: lead }}>
          <Lead hasOlder={hasOlder} beginning={status === 'ready' && items.length > 0 ? props.beginning : null} />
        </div>
        <div style={{ height: rows.above }} />
        <div
          ref={list}
          {...(items.length > 0 && {
            role: 'feed',
            'aria-label': props.label ?? words.messages,
            'aria-busy': status === 'loading',
          })}
          onKeyDown={keys.onKeyDown}
          onFocus={keys.onFocus}
        >
          {shown}
        </div>
        <div style={{ height: rows.below }} />
        {items.length === 0 && (
          <Nothing
            status={hasOlder && status === 'ready' ? 'loading' : status}
            empty={props.empty}
            onRetry={props.onRetry}
          />
        )}
      </div>
      {isLineAbove && (line !== 'before' || props.onFirstNew !== undefined) && (
        <ToFirstNew
          count={known ?? countNew(items, lastRead, me)}
          first={typeof line === 'number' ? items[line] : undefined}
          onJump={toLine}
          onDone={() => {
            doneWithLine()
            props.onMarkRead?.()
          }}
        />
      )}
      {(!rows.isAtEnd || hasNewer) && items.length > 0 && (
        <button
          type="button"
          className="vz-to-newest"
          onClick={() => {
            if (hasNewer) props.onNewest?.()
            rows.toEnd()
          }}
        >
          <Icon name="down" />
          {words.toNewest(hasNewer ? 0 : missed)}
        </button>
      )}
      <Announcer items={items} me={me} isReady={props.status === 'ready'} isTyping={props.isTyping ?? false} />
    </div>
  )
}

function Lead({ hasOlder, beginning }: { hasOlder: boolean; beginning: ReactNode }) {
  const words = useWords()
  if (hasOlder) return <div className="vz-skeleton" role="img" aria-label={words.loadingOlder} />
  return beginning === undefined ? <p className="vz-quiet">{words.beginning}</p> : beginning
}

function Nothing({
  status,
  empty,
  onRetry,
}: {
  status: string
  empty: ReactNode
  onRetry: (() => unknown) | undefined
}) {
  const words = useWords()
  if (status === 'ready') return <div className="vz-empty">{empty ?? <p>{words.noMessages}</p>}</div>
  if (status === 'waiting') return <p className="vz-empty" role="status">{words.notLoadedYet}</p> // prettier-ignore
  if (status !== 'failed') return <div className="vz-skeletons" aria-hidden="true">{[0, 1, 2, 3].map((n) => <div key={n} className="vz-skeleton" />)}</div> // prettier-ignore
  return (
    <div className="vz-empty" role="alert">
      <p>{words.notLoaded}</p>
      {onRetry !== undefined && (
        <button type="button" className="vz-button" onClick={() => onRetry()}>
          {words.retry}
        </button>
      )}
    </div>
  )
}

/** Shows the target once it is among the items, and returns its key for as long as it is highlighted. */
function useJump(items: readonly TimelineItem[], target: { message_id: number } | null, show: (key: string) => void) {
  const [jump, setJump] = useState<{ target: object; key: string } | null>(null)
  const [over, setOver] = useState<object | null>(null)
  if (target !== null && jump?.target !== target) {
    const item = items.find((one) => one.kind === 'message' && one.message.id === target.message_id)
    if (item !== undefined) setJump({ target, key: item.key })
  }
  useEffect(() => {
    if (jump === null) return
    show(jump.key)
    const timer = setTimeout(() => setOver(jump), 2500)
    return () => clearTimeout(timer)
  }, [jump, show])
  return jump === over ? null : (jump?.key ?? null)
}

/** Asks for more where one comes near what is not there yet, and tells what one has seen. */
function useNearEnds(
  props: ChatMessagesProps,
  rows: Omit<RowWindow, 'scroller' | 'list'>,
  items: readonly TimelineItem[],
): void {
  const latest = useLatest(props)
  const { hasOlder, hasNewer, isLoadingOlder = false, isLoadingNewer = false, lastNumber = 0 } = props
  const { start, end, isAtEnd } = rows
  const count = items.length
  const first = items[0]?.key
  useEffect(() => {
    if (hasOlder === true && !isLoadingOlder && first !== undefined && start < 10) latest.current.onOlder?.()
  }, [latest, hasOlder, isLoadingOlder, start, first])
  useEffect(() => {
    if (hasNewer === true && !isLoadingNewer && end > count - 10) latest.current.onNewer?.()
  }, [latest, hasNewer, isLoadingNewer, end, count])
  const oldest = isAtEnd ? undefined : items[start]
  const from = oldest?.kind === 'message' ? oldest.message.id : null
  useEffect(() => {
    latest.current.onLookingFrom?.(from)
  }, [latest, from])
  const newest = items.findLast((item) => item.kind === 'message')
  const see = useCallback(() => {
    if (newest?.kind !== 'message' || document.visibilityState !== 'visible') return
    const { hasNewer, onSeen } = latest.current
    if (isAtEnd && hasNewer !== true) onSeen?.(newest.message, Math.max(newest.message.number, lastNumber))
  }, [latest, newest, isAtEnd, lastNumber])
  useEffect(() => {
    see()
    document.addEventListener('visibilitychange', see)
    return () => document.removeEventListener('visibilitychange', see)
  }, [see])
}

function useToEnd(wanted: number, toEnd: () => void): void {
  const before = useRef(wanted)
  useEffect(() => {
    if (before.current === wanted) return
    before.current = wanted
    toEnd()
  }, [wanted, toEnd])
}

/** How many messages of others came since one left the end, or since one came here elsewhere. What was only loaded did not come. */
function useMissed(items: readonly TimelineItem[], isAtEnd: boolean, hasNewer: boolean, me: number | null): number {
  const [known, setKnown] = useState({ last: 0, isNewest: false })
  const newest = items.findLast((item) => item.kind === 'message')
  const last = newest?.kind === 'message' ? newest.message.number : 0
  // Until the newest was there once, each piece is older than one's coming.
  const isMet = isAtEnd || !known.isNewest
  const now = {
    last: isMet ? Math.max(last, known.last) : known.last,
    isNewest: known.isNewest || (last > 0 && !hasNewer),
  }
  if (now.last !== known.last || now.isNewest !== known.isNewest) setKnown(now)
  if (isAtEnd) return 0
  let count = 0
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item?.kind !== 'message') continue
    if (item.message.number <= now.last) break
    if (item.message.author_id !== me) count++
  }
  return count
}
