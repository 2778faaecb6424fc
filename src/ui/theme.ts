'use client';

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const green: MantineColorsTuple = [
  '#e2f1ee',
  '#c7e4de',
  '#9fd2c8',
  '#72beb0',
  '#4cc2b0',
  '#2b9486',
  '#0b6e63',
  '#0a6259',
  '#08534b',
  '#06433d',
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  colors: { green },
  primaryColor: 'green',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  defaultRadius: 8,
  cursorType: 'pointer',
  components: {
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { shadow: 'none', closeButtonProps: { 'aria-label': 'Close' } } },
    Menu: { defaultProps: { shadow: undefined, radius: 10, transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { shadow: undefined, radius: 10, transitionProps: { duration: 80 } } },
  },
});
