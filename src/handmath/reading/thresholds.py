"""The thresholds that reading decides by: a change of one trains nothing again.

Those that training needs too, for it must cut a line as reading does, are in `segment`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """Chosen on labelled lines: docs/reading.md says which.

    Lengths are shares of the line's height, which is that of a digit, unless another unit is given.
    """

    # The picture
    longest_side: int = 1600  # pixels: a larger picture is made smaller; strokes stay 3 wide
    small: float = 32  # pixels: a line less high is enlarged …
    enlarged: float = 48  # … to this, as far as `longest_side` allows
    # Binarization: which pixels are ink
    paper_side: int = 256  # pixels, longer side of the small picture that shows the paper's shade
    paper_window: int = 35  # pixels of it, odd: paper fills more than half of such a square
    paper_step: int = 2  # pixels of it from one square to the next
    paper_sample: int = 5  # pixels of it between two of a square that are looked at
    dark_paper: int = 128  # of 255: below it the picture may be of a blackboard
    board_contrast: int = 40  # of 255: what stands out so far decides whether it is one
    table: float = 0.45  # of the paper's light: what is darker along an edge is beside the sheet …
    rim: int = 3  # pixels: … and so is what lies so close to it
    noise: float = 6.0  # times the paper's own variation: ink is darker than that
    faintest: float = 14.0  # of 255: and by at least this much
    strong: float = 0.4  # of the usual ink's depth: a stroke has a pixel as deep as this …
    weak: float = 0.3  # … and goes on to where it is only so deep
    rule_width: float = 0.6  # of the picture's width: a straight line so long is the paper's
    rule_edge: float = 0.02  # of the picture's width: a line that ends so near to both edges is too
    rule_pen: float = 2.0  # of its thickness: a line from top to bottom that is no thicker is too
    rule_gap: float = 0.015  # of the picture's width: may be missing in it at a time
    rule_run: float = 0.15  # of the picture's width: runs that it is put together from
    border: float = 0.5  # of a side of the picture: ink that runs along it so far is its frame
    # One line of symbols
    max_components: int = 120  # more of them are a page, or no writing
    min_share: float = 0.7  # of all ink: less in one line, and there are several
    max_lines: int = 60  # more of them are no page; one of squared paper has 59
    least_line: float = 0.05  # of the ink of the page's longest line: a line has as much
    most: int = 8  # components of a hypothesis: a wide 0 is cut into six
    # Slashes
    straight: float = 2.0  # pen's widths: a straight stroke is not wider across
    upright: float = 0.6  # a stroke less tall has no slant to speak of
    slash: float = 0.33  # radians: a slash slants so much, and so much more than other strokes …
    bar: float = 0.2  # … and a stroke that slants less, and no more beside the others, is none
    # The best path
    beam: int = 3  # classes of a hypothesis that grammar may choose from
    speck: float = 0.15  # a component no larger may be left out …
    stray: float = -6.2146  # … at this cost: the logarithm of a probability of 0.002
    odd: float = -1.6094  # a breach of the grammar of arithmetic: of a probability of 0.2
    # Arithmetic, or another expression
    clear: float = 0.8  # a line with such a confidence may be clear …
    short: int = 3  # … if it has so many symbols …
    level: float = 0.5  # … if each digit is beside so much of the one before, the taller of them …
    same: float = -2.3026  # … and if each may be one of a line, too: of a probability of 0.1
    bracket: float = 0.8  # a pair of brackets as likely as this makes it another expression
    likelier: float = 0.25  # a line whose confidence is so much higher is one
    page: float = 0.8  # times as likely as all of its lines: a page may be one fraction
    certain: float = 0.97  # a letter as likely as this makes it another expression
    # The reading
    lone: float = -0.2231  # a lone symbol may not be meant as a line: of a probability of 0.8
    length_normalization: float = 0.6  # the α of Wu et al. (2016), see `Reading.confidence`
    calibration: float = 0.5  # power that makes it right as often as it says, on labelled lines
    expression_length: float = 0.4  # the same two, of an expression
    expression_calibration: float = 1.0
    min_confidence: float = 0.6  # a reading, or a symbol, with less is better checked
    min_ink_share: float = 0.97  # of the ink: if less was read, that is said


THRESHOLDS = Thresholds()
