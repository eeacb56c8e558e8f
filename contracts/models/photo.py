"""The photo of an object, as we made it from the back office's file."""

from django.db import models

from contracts.models.contract import Pledge


class PledgePhoto(models.Model):
    """Two pictures of ours, as files (`contracts.photo_files`). `source_*`: the file that they were made from."""

    pledge = models.OneToOneField(Pledge, on_delete=models.CASCADE, related_name="picture", verbose_name="objet")
    key = models.CharField("nom des fichiers", max_length=32, unique=True)
    width = models.PositiveSmallIntegerField("largeur")
    height = models.PositiveSmallIntegerField("hauteur")
    small_width = models.PositiveSmallIntegerField("largeur en petit")
    small_height = models.PositiveSmallIntegerField("hauteur en petit")
    source_name = models.CharField("fichier", max_length=200)
    source_stamp = models.CharField("taille et date du fichier", max_length=48)
    made_at = models.DateTimeField("faite le")

    class Meta:
        verbose_name = "photo"

    def __str__(self) -> str:
        return f"photo de {self.pledge}"
