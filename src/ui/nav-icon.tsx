const PATHS = {
  overview: 'M2.5 13.5v-8h3v8zM6.5 13.5v-11h3v11zM10.5 13.5v-5h3v5z',
  views: 'M4 2.5h8v11l-4-3-4 3z',
  resources:
    'M2.500 4.500L8 1.800l5.500 2.700v7L8 14.200l-5.500-2.700zM2.500 4.500L8 7.200l5.500-2.700M8 7.200v7',
  connections: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 014.4 4.4L11.5 9M9 11.5l-1.2 1.2a3 3 0 01-4.4-4.4L4.500 7',
  settings:
    'M8 5.700a2.300 2.300 0 100 4.600 2.300 2.300 0 000-4.600zM8 1.800v2M8 12.200v2M1.800 8h2M12.200 8h2M3.600 3.600l1.400 1.400M11 11l1.400 1.400M3.600 12.400L5 11M11 5l1.400-1.400',
} as const;

export type NavIconName = keyof typeof PATHS;

export function NavIcon({ name }: { name: NavIconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
