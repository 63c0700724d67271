"""A keyboard that counts key presses: Ctrl+S counts as one, and free text is not counted."""


class Keyboard:
    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text):
        """Type text key by key, counting every key."""
        self.press(*("Minus" if letter == "-" else letter for letter in text))

    def free(self, text):
        """Type free text, which is not counted."""
        self.page.keyboard.type(text)


def paste(page, text):
    """Paste text with a single paste event, which is not counted."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const options = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )
