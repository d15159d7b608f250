// The sheet of shortcut keys of the grid.

export const SHORTCUTS = [
  ["1 … 9", "Apply the class with that digit"],
  ["/", "Search the classes by typing; Enter applies"],
  ["← → ↑ ↓", "Move to another image"],
  ["Space", "Select the image, or deselect it"],
  ["Ctrl+A", "Select all images"],
  [
    "Esc",
    "Close, leave the zoom, or deselect; a clustered page, which opens with all images selected, then goes one by one",
  ],
  ["Delete", "Clear the labels of the selected images"],
  [
    "A",
    "Accept the pre-labels (◇) or suggestions (?, which promise nothing) of the selected images, or of all; Submit accepts those left, a class key corrects one",
  ],
  [
    "W or click",
    "Wrong: a pre-labeled or suggested image takes the second likeliest class; again, it goes back. The mark in its corner only selects",
  ],
  ["S", "Skip, with a reason"],
  ["N", "No objects (multi-label)"],
  ["Z or double click", "Enlarge one image; + and − zoom, drag or arrows move"],
  ["Enter", "Submit the page"],
  [
    "T",
    "Submit automatically, on or off: the page is submitted when its last image gets a class or a skip. Not where pre-labels wait to be checked, nor on your earlier pages; Ctrl+Z brings a page back",
  ],
  ["Ctrl+Z, Ctrl+Y", "Undo, redo"],
  ["[ and ]", "Previous and next of your own pages"],
  ["\\", "Resume labeling"],
  ["Tab", "Leave for the buttons, and on to the notebook"],
  ["?", "This sheet"],
];
