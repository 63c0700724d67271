"""A keyboard that counts: a key is a key, Ctrl+S is one; free text is not counted."""


class Keyboard:
    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text):
        """Type text key by key, each counted."""
        self.press(*("Minus" if letter == "-" else letter for letter in text))

    def free(self, text):
        """Type free text, which no limit counts."""
        self.page.keyboard.type(text)


def paste(page, text):
    """Paste text as the clipboard would bring it: one event, no key counted."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const options = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )
