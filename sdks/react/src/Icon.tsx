/** Drawn on 20 x 20, in strokes. */
const paths = {
  react: 'M10 17.5a7.5 7.5 0 1 1 0-15 7.5 7.5 0 0 1 0 15M7 11.5c.7 1.3 1.8 2 3 2s2.3-.7 3-2M7.4 7.8v.4M12.6 7.8v.4',
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5V16',
  edit: 'm4 13.2-.7 3.5 3.5-.7L16 6.8 13.2 4zM11.5 5.7l2.8 2.8',
  pin: 'M7.5 3h5l-.6 5 2.6 3h-9l2.6-3zM10 11v6',
  link: 'M8.2 11.8a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.8 8.2a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1',
  remove: 'M4 5.5h12M8 5.5V3.8h4v1.7M5.5 5.5l.8 11h7.4l.8-11M8.5 8.5v5M11.5 8.5v5',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  close: 'm5 5 10 10M15 5 5 15',
  send: 'M3.5 10 16.5 4l-3.6 12.5-3.4-4.6zM9.5 11.9 16.5 4',
  lock: 'M5 9.5h10v7H5zM7 9.5V6.7a3 3 0 0 1 6 0v2.8',
  down: 'M10 4v12M5 11l5 5 5-5',
  up: 'M10 16V4M5 9l5-5 5 5',
} as const

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg className="vz-icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
