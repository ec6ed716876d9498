import { initials } from './format.ts'
import { useCutOff } from './provider.tsx'
import { useWords } from './settings.tsx'

export type Status = 'online' | 'away' | 'busy' | 'offline'

export interface AvatarProps {
  user_id: number
  name: string
  /** Address of a picture; without one, initials on a hue of the id. */
  picture?: string | undefined
  status?: Status | undefined
  size?: 'small' | 'medium' | 'large'
}

const hues = 12

/** A person's picture. The name stands beside it, so it says nothing itself, but the presence where it is given. */
export function Avatar({ user_id, name, picture, status, size = 'medium' }: AvatarProps) {
  return (
    <span className={`vz-avatar vz-avatar-${size}`}>
      {picture === undefined ? (
        <span
          className="vz-avatar-face"
          style={{ background: `var(--vz-avatar-${Math.abs(user_id) % hues})` }}
          aria-hidden="true"
        >
          {initials(name)}
        </span>
      ) : (
        <img className="vz-avatar-face" src={picture} alt="" loading="lazy" />
      )}
      {status !== undefined && <PresenceDot status={status} />}
    </span>
  )
}

/** Presence as a colour and a shape, and a word for those who hear; grey without a connection, as nobody tells it then. */
export function PresenceDot({ status }: { status: Status }) {
  const words = useWords()
  const shown = useCutOff() === null || status === 'offline' ? status : 'unknown'
  return <span className={`vz-dot vz-dot-${shown}`} role="img" aria-label={words.statuses[shown]} title={words.statuses[shown]} /> // prettier-ignore
}
