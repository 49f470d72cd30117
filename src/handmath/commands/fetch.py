"""The notebook's images from Kaggle, known by their content id and versioned by DVC."""

import subprocess
import tempfile
from pathlib import Path

import requests
from tqdm import tqdm

from handmath.base.errors import InputError, run
from handmath.base.files import atomic_write
from handmath.data import archive, quality

NAME = "handwritten-math-symbol-dataset"
PAGE = f"https://www.kaggle.com/datasets/clarencezhao/{NAME}"
# Behind the page's button "Download"; public data sets need no account.
URL = f"https://www.kaggle.com/api/v1/datasets/download/clarencezhao/{NAME}"
PATH = Path("data/Math_handwriting.zip")
CONTENT_ID = "4a8004cfd55ffc10f2c222e7652d7c3a57f921579ba6395d442faf310dd44466"
MOST_BYTES = 2**30  # the archive has 26 MB; what is more is something else
SECONDS = 30  # without an answer


def fetch(url: str = URL, path: Path = PATH, content_id: str = CONTENT_ID) -> None:
    """Download the archive, check that its images are the notebook's, and `dvc add` it.

    Raises:
        InputError: there is no network, the server refuses, or the images are others: then nothing
            is left behind. Or the archive is there and DVC can't take it.
    """
    with atomic_write(path) as partial:
        try:
            download(url, partial)
        except requests.RequestException as error:
            reason = " ".join(str(error).split())
            raise InputError(
                f"{path} not fetched ({reason}); download it from {PAGE} with a browser, save it "
                f"under that name and run `dvc add {path}`"
            ) from None
        found = content_id_of(partial)
        if found != content_id:
            raise InputError(
                f"{url} holds other images than the notebook's (content id {found}, not "
                f"{content_id}); to use them all the same, see {PAGE}"
            )
    try:
        subprocess.run(["dvc", "add", "--quiet", str(path)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InputError(
            f"{path} is here, but `dvc add` failed ({error}); run it in the project's folder, with "
            "its environment active"
        ) from None
    print(
        f"{path} has the notebook's images. Next:\n"
        f"  git add {path}.dvc {path.parent}/.gitignore\n"
        f"  dvc exp run -S data.archive={path}"
    )


def download(url: str, path: Path) -> None:
    """Write what `url` answers with to `path`.

    Raises:
        requests.RequestException: no answer, a refusal, or an answer that is cut off or too large.
    """
    try:
        answering = requests.get(url, stream=True, timeout=SECONDS)
    except OSError as error:  # such as certificates that are not where they should be
        raise requests.RequestException(str(error)) from None
    with answering as answer, path.open("wb") as file:
        answer.raise_for_status()
        size = int(answer.headers.get("Content-Length", 0))
        with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:
            for chunk in answer.iter_content(2**20):
                bar.update(len(chunk))
                if file.tell() + len(chunk) > MOST_BYTES:
                    raise requests.RequestException("the answer is far too large")
                file.write(chunk)


def content_id_of(path: Path) -> str:
    """The content id of an archive's images, as `metrics/data.json` has it after a run.

    Raises:
        InputError: the file is no archive of images.
    """
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images"
        archive.unpack(path, images, test_share=0.5, max_bytes=MOST_BYTES)
        return quality.content_id(quality.inspect_all(images, max_side=2400))


if __name__ == "__main__":
    run(fetch)
