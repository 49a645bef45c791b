"""The part of the public checks that every lab shares, section by section: text for the build, which joins it with the items' parts. Nothing imports it."""
