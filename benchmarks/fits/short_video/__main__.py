"""The command."""

from benchmarks.fits.short_video.command import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.fits.short_video")
