from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        from ingest import own_files, page_images, progress, taken_words
        from library import own_files as own
        from library import pictures

        progress.connect()
        taken_words.connect()
        own.connect(own_files.words)
        pictures.connect(page_images.page_image_or_none)
