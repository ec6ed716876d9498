import { memo, useMemo, useState, type ReactNode } from 'react'
import type { Message as ChatMessage, Pending } from 'veza-js-sdk'

import { Avatar } from '../Avatar.tsx'
import { Markdown } from '../markdown/Markdown.tsx'
import { useShownName } from '../names.ts'
import { useSettings } from '../settings.tsx'
import type { MessageActions } from './actions.ts'
import { Discard, useLongWait } from './Discard.tsx'
import { isNoCall, mentionedIn } from './mentioned.ts'
import { MessageToolbar } from './MessageToolbar.tsx'
import { Reactions } from './Reactions.tsx'

export interface MessageProps {
  message: ChatMessage
  /** The reader. */
  me?: number | null
  username?: string | undefined
  /** Names of others, as far as they are known: of whom the message mentions only the ids are in it. */
  nameOf?: ((user_id: number) => string | undefined) | undefined
  /** Without picture and name: it goes on what the same person just said. */
  isGrouped?: boolean
  actions?: MessageActions
  /** Shows what one may do. Default false: `ChatMessages` shows it on hover and focus. */
  isActive?: boolean
  picture?: string | undefined
  /** Faces of those who replied last. */
  faces?: readonly { user_id: number; username: string }[]
  /** Replies in its thread that the reader has not seen. */
  newReplies?: number
  /** Below the text, such as attachments. */
  children?: ReactNode
}

const none: MessageActions = {}

/** One message of the server. */
export const Message = memo(function Message(props: MessageProps) {
  const {
    message,
    me = null,
    username,
    isGrouped = false,
    actions = none,
    isActive = false,
    picture,
    newReplies = 0,
  } = props
  const { words } = useSettings()
  const [isPicking, setPicking] = useState(false)
  const shownName = useShownName()
  const name = shownName(message.username)
  const { react, reply, toggle } = actions
  return (
    <div className={classesOf(message, me, isGrouped)} data-message-id={message.id}>
      <Margin user_id={message.author_id} name={name} at={message.created_at} isGrouped={isGrouped} picture={picture} />
      <div className="vz-message-body">
        {!isGrouped && <Head name={name} at={message.created_at} />}
        {message.is_pinned && <span className="vz-label">{words.pinned}</span>}
        <Content message={message} me={me} username={username} nameOf={props.nameOf} />
        {props.children}
        <Reactions
          message={message}
          me={me}
          onReact={react && ((emoji, add) => react(message, emoji, add))}
          onToggle={toggle && ((emoji) => toggle(message, emoji))}
        />
        {message.thread_count > 0 && (
          <button
            type="button"
            className="vz-thread-link"
            disabled={reply === undefined}
            onClick={() => reply?.(message)}
          >
            {props.faces?.slice(-3).map((face) => (
              <Avatar key={face.user_id} user_id={face.user_id} name={shownName(face.username)} size="small" />
            ))}
            {words.replies(message.thread_count)}
            {newReplies > 0 && <span className="vz-thread-new">{words.newReplies(newReplies)}</span>}
          </button>
        )}
      </div>
      {(isActive || isPicking) && (
        <MessageToolbar message={message} actions={actions} me={me} isPicking={isPicking} setPicking={setPicking} />
      )}
    </div>
  )
})

function classesOf(message: ChatMessage, me: number | null, isGrouped: boolean): string {
  const isMentioned = me !== null && message.mentions.includes(me)
  return ['vz-message-line', isGrouped && 'vz-grouped', isMentioned && 'vz-mentioned'].filter(Boolean).join(' ')
}

function Margin(props: { user_id: number; name: string; at: string; isGrouped: boolean; picture: string | undefined }) {
  const { dates } = useSettings()
  return (
    <div className="vz-message-margin">
      {props.isGrouped ? (
        <time className="vz-time vz-time-quiet" dateTime={props.at} title={dates.full(props.at)}>
          {dates.clock(props.at)}
        </time>
      ) : (
        <Avatar user_id={props.user_id} name={props.name} picture={props.picture} />
      )}
    </div>
  )
}

function Head({ name, at }: { name: string; at: string }) {
  const { dates } = useSettings()
  return (
    <div className="vz-message-head">
      <span className="vz-name">{name}</span>
      <time className="vz-time" dateTime={at} title={dates.full(at)}>
        {dates.time(at)}
      </time>
    </div>
  )
}

type ContentProps = Pick<MessageProps, 'message' | 'me' | 'username' | 'nameOf'>

function Content({ message, me, username, nameOf }: ContentProps) {
  const { words, dates } = useSettings()
  const isMentioned = useMemo(
    () => mentionedIn(message, (user_id) => (user_id === me ? username : nameOf?.(user_id))),
    [message, me, username, nameOf],
  )
  if (message.is_deleted) {
    const isOwn = (message.deleted_by ?? message.author_id) === message.author_id
    return <p className="vz-quiet">{isOwn ? words.deleted : words.deletedByOther}</p>
  }
  return (
    <>
      <Text content={message.content} type={message.content_type} username={username} isMentioned={isMentioned} />
      {message.is_edited && (
        <span className="vz-mark" title={message.edited_at === undefined ? undefined : dates.full(message.edited_at)}>
          {words.edited}
        </span>
      )}
      {message.expires_at !== undefined && (
        <span className="vz-mark">{words.expires(dates.until(message.expires_at))}</span>
      )}
    </>
  )
}

/** What is written, as its kind is to be read. */
function Text(props: {
  content: string
  type: ChatMessage['content_type']
  username: string | undefined
  isMentioned: (name: string) => boolean
}) {
  const { words } = useSettings()
  if (props.type === 'encrypted') return <p className="vz-quiet">{words.encrypted}</p>
  if (props.type !== 'code')
    return <Markdown text={props.content} username={props.username} isMentioned={props.isMentioned} />
  return (
    <pre className="vz-plain-code" tabIndex={0}>
      <code>{props.content}</code>
    </pre>
  )
}

export interface PendingMessageProps {
  pending: Pending
  me: number | null
  username: string | undefined
  isGrouped: boolean
  actions: MessageActions
  picture?: string | undefined
}

/** One's own message on its way to the server, or one that it did not take. */
export const PendingMessage = memo(function PendingMessage(props: PendingMessageProps) {
  const { pending, me, username, isGrouped, actions, picture } = props
  const { words } = useSettings()
  const isFailed = pending.status === 'failed'
  const isWaiting = useLongWait(pending)
  return (
    <div className={`vz-message-line${isGrouped ? ' vz-grouped' : ''}${isFailed ? '' : ' vz-pending'}`}>
      <Margin user_id={me ?? 0} name={username ?? ''} at={pending.created_at} isGrouped={isGrouped} picture={picture} />
      <div className="vz-message-body">
        {!isGrouped && <Head name={username ?? ''} at={pending.created_at} />}
        {/* Whether it calls everybody, the server says. */}
        <Text content={pending.content} type={pending.content_type} username={username} isMentioned={isNoCall} />
        {isFailed && (
          <div className="vz-failed" role="alert">
            <span>{words.notSent(pending.error?.message ?? '')}</span>
            {actions.retry !== undefined && (
              <button type="button" className="vz-button" onClick={() => actions.retry?.(pending.client_id)}>
                {words.retry}
              </button>
            )}
            <Discard pending={pending} actions={actions} />
          </div>
        )}
        {isWaiting && (
          <div className="vz-held">
            <Discard pending={pending} actions={actions} />
          </div>
        )}
      </div>
    </div>
  )
})
