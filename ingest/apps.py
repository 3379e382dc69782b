from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        from ingest import page_images, progress, taken_words
        from library import pictures

        progress.connect()
        taken_words.connect()
        pictures.connect(page_images.page_image_or_none)
