"""A paper to send, and the reason for which an agent refuses one."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.models import Document
from accounts.paper_verdicts import Flaw
from web.fields import WordsField
from web.uploads import LARGEST_FILE, ending_of

FLAWS = {
    Flaw.UNKNOWN: "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG. Prenez le document en photo avec votre "
    "téléphone, puis envoyez la photo.",
    Flaw.HEIC: "Cette photo est au format HEIC, que nous ne savons pas lire. Affichez-la sur votre téléphone, faites "
    "une capture d’écran, puis envoyez la capture.",
    Flaw.OFFICE: "Ce fichier est un document de bureautique ou une archive. Enregistrez le document en PDF, ou "
    "prenez-le en photo, puis envoyez-le.",
    Flaw.ARCHIVE: "Ce fichier en contient un autre, caché : nous ne le prenons pas. Prenez le document en photo, "
    "puis envoyez la photo.",
    Flaw.DAMAGED: "Ce fichier est abîmé ou incomplet : nous n’arrivons pas à l’ouvrir. Prenez le document en photo, "
    "puis envoyez la photo.",
    Flaw.LOCKED: "Ce PDF est protégé par un mot de passe : nous ne pouvons pas l’ouvrir. Envoyez-le sans mot de passe, "
    "ou prenez le document en photo.",
    Flaw.TOO_MANY_PIXELS: "Cette image est trop grande : plus de 50 millions de points. Prenez le document en photo "
    "avec les réglages ordinaires de votre téléphone.",
    Flaw.TOO_MANY_PAGES: "Ce PDF a plus de 30 pages. Envoyez seulement les pages utiles.",
    Flaw.TOO_HEAVY: "Ce fichier est trop compliqué à lire. Prenez le document en photo, puis envoyez la photo.",
    Flaw.NOT_NOW: "D’autres documents arrivent en ce moment. Dans une minute, choisissez votre fichier de nouveau et "
    "renvoyez-le.",
}

INFECTED = (
    "Ce fichier semble contenir un programme dangereux\N{NO-BREAK SPACE}: nous ne l’avons pas gardé. Prenez le "
    "document en photo avec votre téléphone, puis envoyez la photo. Faites aussi vérifier l’appareil d’où "
    "vient ce fichier."
)

OTHER_ENDING = (
    "La fin du nom de ce fichier ne correspond pas à son contenu. Un PDF finit par .pdf, une photo par .jpg ou .png. "
    "Corrigez son nom, ou prenez le document en photo, puis envoyez la photo."
)


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(
        label="Quel document envoyez-vous\N{NO-BREAK SPACE}?",
        choices=[
            (Document.Kind.IDENTITY, "Une pièce d’identité : carte, passeport, titre de séjour"),
            (Document.Kind.ADDRESS, "Un justificatif de domicile de moins de trois mois"),
        ],
        error_messages={
            "required": "Choisissez quel document vous envoyez.",
            "invalid_choice": "Choisissez quel document vous envoyez.",
        },
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="Votre fichier",
        help_text="Une photo ou un PDF, de 8 Mo au plus. Tout le document doit être lisible.",
        error_messages={
            "required": "Choisissez le fichier à envoyer.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
            "invalid": "Choisissez le fichier à envoyer.",
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def clean_file(self) -> UploadedFile:
        """`BoundedUploadHandler` kept no more than it may and tells the size that came."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                "Ce fichier pèse plus de 8 Mo. Prenez le document en photo, ou envoyez moins de pages.", "too_large"
            )
        start = file.read(8)
        file.seek(0)
        if not _may_be(start, ending_of(file.name)):
            raise ValidationError(OTHER_ENDING, "ending")
        return file


def _may_be(start: bytes, ending: str) -> bool:
    """Whether a name ends as a file that begins so may. What begins as none of ours is judged by its bytes alone.

    Telephones give photos each other's endings, and keep that of HEIC for a JPEG that they made of it.
    """
    if start.startswith(b"%PDF-"):
        return ending in {"", ".pdf"}
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return ending in {"", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".heic", ".heif"}
    return True


class RefusalForm(forms.Form):
    reason = WordsField(
        label="Motif du refus, lu par le client",
        named="Motif du refus",
        missing="Écrivez le motif du refus : le client le lit et sait quoi envoyer.",
        max_length=300,
        help_text="Par exemple : « La photo est floue. Envoyez-en une autre. » 300 signes au plus.",
        error_messages={"max_length": "Le motif du refus a 300 signes au plus."},
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )
