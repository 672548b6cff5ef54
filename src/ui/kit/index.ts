export { Button, type ButtonProps, IconButton, Tooltip } from './Button';
export { NumberField, Segments, SelectField, SliderField, SwitchField, TextField } from './Fields';
export { Icon, type IconName } from './Icon';
export { Drawer, Menu, type MenuItem, Modal, Popover } from './Overlays';
export { clearPad, Pad, pixelsOf } from './Pad';
export { applyScheme, Provider, useScheme } from './Provider';
export { TextCell } from './TextCell';
export { cameraTrouble, useCamera } from './useCamera';
