/** Drawn on 20 x 20, in strokes, like those of the components. */
const paths = {
  back: 'M12 4 6 10l6 6',
  plus: 'M10 4v12M4 10h12',
  search: 'M9 14.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11M13 13l4 4',
  compass: 'M10 17.5a7.5 7.5 0 1 1 0-15 7.5 7.5 0 0 1 0 15M13 7l-1.8 4.2L7 13l1.8-4.2z',
  write: 'm4 13.2-.7 3.5 3.5-.7L16 6.8 13.2 4zM10 17h7',
  people:
    'M7.5 9.5a3 3 0 1 1 0-6 3 3 0 0 1 0 6M2.5 16.5c0-3 2-4.5 5-4.5s5 1.5 5 4.5M13 4a2.7 2.7 0 0 1 0 5.2M14 12c2.2.3 3.5 1.7 3.5 4.5',
  pin: 'M7.5 3h5l-.6 5 2.6 3h-9l2.6-3zM10 11v6',
  info: 'M10 17.5a7.5 7.5 0 1 1 0-15 7.5 7.5 0 0 1 0 15M10 9.2v4.6M10 6.3v.2',
  close: 'm5 5 10 10M15 5 5 15',
  lock: 'M5 9.5h10v7H5zM7 9.5V7a3 3 0 0 1 6 0v2.5',
  hash: 'M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h13M3 12.5h13',
  thread: 'M4 4.5h12v8H9l-3.5 3.5v-3.5H4zM7 7.5h6M7 9.8h4',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg className="app-icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
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
